using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Policies;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>Whether a request goes on to a backend.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It does.</summary>
    /// <param name="Request">What to ask which backend for.</param>
    /// <param name="Application">Identifier of the application whose key it is.</param>
    /// <param name="Expires">When the token that it is for is no longer good; null when it is for none.</param>
    /// <param name="Offer">The subprotocols that the client offers, where some may be the gateway's.</param>
    internal sealed record Granted(BackendRequest Request, string Application, DateTimeOffset? Expires, GatewayOffer Offer) : Admission
    {
        /// <summary>Identifier of the key; null with a token or a ticket.</summary>
        public string? Key { get; init; }

        /// <summary>How many WebSockets that application may have open.</summary>
        public ConnectionLimits Connections { get; init; }

        /// <summary>The limits of its plan on what is counted while they are.</summary>
        public IReadOnlyList<MeteredLimit>? Limits { get; init; }
    }

    /// <summary>It does not.</summary>
    internal sealed record Denied(Refusal Refusal) : Admission;
}
