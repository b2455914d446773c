using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>A policy that has a say in what becomes of open tunnels; it lets every handshake pass.</summary>
internal interface ITunnelPolicy : IHandshakePolicy
{
    /// <summary>Adds its own to the rules: once per promoted version.</summary>
    TunnelRules Rule(TunnelRules rules);

    /// <inheritdoc/>
    ValueTask<Verdict> IHandshakePolicy.CheckAsync(HandshakeRequest request, CancellationToken cancel) => new(Verdict.Pass);
}
