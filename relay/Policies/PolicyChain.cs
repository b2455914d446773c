using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Policies;

/// <summary>The policies of one version of a product, in order. Immutable.</summary>
internal sealed class PolicyChain(IReadOnlyList<IHandshakePolicy> policies)
{
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
