using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>The policies of one version of a product, in order. Immutable.</summary>
internal sealed class PolicyChain(IReadOnlyList<IHandshakePolicy> policies)
{
    /// <summary>What its policies together want of open tunnels; of two that say the same, the later one counts.</summary>
    public TunnelRules TunnelRules { get; } = policies
        .OfType<ITunnelPolicy>()
        .Aggregate(TunnelRules.Default, (rules, policy) => policy.Rule(rules));

    /// <summary>Asks each policy in turn; the first refusal is the answer.</summary>
    public async ValueTask<Refusal?> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        foreach (var policy in policies)
        {
            if ((await policy.CheckAsync(request, cancel)).Refusal is { } refusal)
            {
                return refusal;
            }
        }

        return request is { IsUpgrade: true, UpgradeAllowed: false }
            ? new Refusal(
                RefusalReason.WebSocketPolicyMissing,
                "This product does not take WebSocket connections: add the policy 'websocket' to its policy chain and promote it.")
            : null;
    }
}
