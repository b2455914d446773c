using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Promotion;

/// <summary>
/// What is odd about a policy chain whose policies are each configured rightly. A policy that does nothing where it stands keeps
/// the draft from being promoted: whoever put it there believes that it does.
/// </summary>
internal static class ChainLint
{
    public static IEnumerable<Finding> Check(ProductDraft draft)
    {
        // What keeps the chain from being built at all, its freezing says.
        var errors = new Errors();
        var chain = PlacedPolicy.Place(draft, errors);
        return
        [
            .. CheckWebSocket(draft, chain),
            .. CheckReach(chain),
            .. CheckOrder(chain),
            .. chain.Where(policy => !errors.Has(policy.At))
                .SelectMany(policy => CheckPolicy(draft.Product.Credentials.Mode, policy)),
        ];
    }

    private static IEnumerable<Finding> CheckWebSocket(ProductDraft draft, IReadOnlyList<PlacedPolicy> chain)
    {
        var speaking = draft.Backends.FirstOrDefault(mounted =>
            mounted.Backend.PrivateBaseUrl.StartsWith("ws", StringComparison.OrdinalIgnoreCase));
        if (speaking is not null && !chain.Any(policy => policy.Policy.Name == Catalogue.WebSocket))
        {
            yield return Finding.Warning(
                "/policies",
                "websocket_policy_missing",
                $"Backend '{speaking.Backend.SystemName}' speaks WebSocket, and without the policy 'websocket' every upgrade is refused: add it.");
        }
    }

    private static IEnumerable<Finding> CheckReach(IReadOnlyList<PlacedPolicy> chain)
    {
        PlacedPolicy? wall = null;
        foreach (var policy in chain)
        {
            if (wall is not null)
            {
                yield return Finding.Error(
                    policy.At,
                    "never_reached",
                    $"No request comes to '{policy.Name}', as '{wall.Name}' before it refuses every one: let '{wall.Name}' be the last, where it refuses as much.");
            }
            else if (policy.Policy.Name == Catalogue.MaintenanceMode)
            {
                wall = policy;
                yield return Finding.Warning(
                    policy.At,
                    "always_refuses",
                    $"'{policy.Name}' refuses every request: disable it when the maintenance is over, and promote again.");
            }
        }
    }

    private static IEnumerable<Finding> CheckOrder(IReadOnlyList<PlacedPolicy> chain) =>
        from later in chain.Index()
        from earlier in chain.Take(later.Index)
        where later.Item.Policy.Order.Before.Contains(earlier.Policy.Name)
            || earlier.Policy.Order.After.Contains(later.Item.Policy.Name)
        select Finding.Error(
            later.Item.At,
            "wrong_order",
            $"'{later.Item.Name}' belongs before '{earlier.Name}': 3scale's gateway would not heed it here.");

    private static IEnumerable<Finding> CheckPolicy(CredentialMode mode, PlacedPolicy policy)
    {
        switch (policy.Policy.Name)
        {
            case Catalogue.IpCheck:
                return AddressLint.Check(policy);
            case Catalogue.DefaultCredentials when Takes(policy) != mode:
                return
                [
                    Finding.Error(
                        policy.At + "/configuration/auth_type",
                        "contradicts_credentials",
                        "The product takes other credentials than these, so they would never be used: set the auth_type to fit, or remove the policy."),
                ];
            case Catalogue.Headers or Catalogue.UpstreamConnection or Catalogue.WebSocketKeepalive or Catalogue.WebSocketLifetime
                or Catalogue.WebSocketMessageSize or Catalogue.WebSocketRate when !Configures(policy):
                return
                [
                    Finding.Error(
                        policy.At + "/configuration",
                        "ineffective",
                        $"'{policy.Name}' is configured to do nothing: configure it, or disable it."),
                ];
            default:
                return [];
        }
    }

    private static CredentialMode? Takes(PlacedPolicy policy) =>
        policy.Configuration.TryGetProperty("auth_type", out var type) && type.ValueEquals("user_key")
            ? CredentialMode.UserKey
            : CredentialMode.AppId;

    private static bool Configures(PlacedPolicy policy) => policy.Configuration.EnumerateObject()
        .Any(member => member.Name != "dry_run" && (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() > 0));
}
