using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>How many WebSockets an application may have open at once.</summary>
/// <param name="Most">One more is refused; null refuses none.</param>
/// <param name="Trial">One more is counted as if it were refused; null counts none.</param>
internal readonly record struct ConnectionLimits(int? Most, int? Trial)
{
    /// <summary>Both limits: the lower one counts.</summary>
    public ConnectionLimits And(ConnectionLimits other) => new(Lower(Most, other.Most), Lower(Trial, other.Trial));

    private static int? Lower(int? one, int? other) => one is null || other < one ? other : one;
}

/// <summary>Says how many WebSockets each application of a product may have open at once.</summary>
internal sealed class WebSocketConnectionsPolicy(ConnectionLimits limits) : IHandshakePolicy
{
    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        request.Limit(limits);
        return new(Verdict.Pass);
    }

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public int PerApplication { get; set; }

        public bool DryRun { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const int MostPerApplication = 1_000_000;

        public string Name => "websocket_connections";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketConnections, errors) is not { } read)
            {
                return null;
            }

            if (read.PerApplication is < 1 or > MostPerApplication)
            {
                errors.Add($"{Name}: per_application needs 1 to 1000000 connections.");
                return null;
            }

            return new WebSocketConnectionsPolicy(read.DryRun ? new(null, read.PerApplication) : new(read.PerApplication, null));
        }
    }
}
