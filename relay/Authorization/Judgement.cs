using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>The judgement on a key.</summary>
internal abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>The key may use the product.</summary>
    /// <param name="Application">Identifier of its application.</param>
    /// <param name="Plan">System name of the application's plan.</param>
    internal sealed record Admitted(string Application, string Plan) : Judgement
    {
        /// <summary>Identifier of the key; null with a token or a ticket.</summary>
        public string? Key { get; init; }

        /// <summary>The plan's limits on what is counted while a tunnel is open; null when there are none.</summary>
        public IReadOnlyList<MeteredLimit>? Limits { get; init; }

        /// <summary>Tunnels that the application may have open; null for any number.</summary>
        public int? MaxConnections { get; init; }
    }

    /// <summary>It may not, or nobody could say.</summary>
    internal sealed record Refused(Refusal Refusal) : Judgement;
}
