using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Promotion;

/// <summary>An enabled policy of a draft, with the builtin policy in the place of a shared one.</summary>
/// <param name="At">JSON pointer to it in the draft.</param>
/// <param name="Name">Name in the chain.</param>
/// <param name="Policy">What relays know it as.</param>
/// <param name="Configuration">Its settings.</param>
internal sealed record PlacedPolicy(string At, string Name, Builtin Policy, JsonElement Configuration)
{
    /// <summary>The policies that a version of the draft has, and everything that keeps the chain from working.</summary>
    public static IReadOnlyList<PlacedPolicy> Place(ProductDraft draft, Errors errors)
    {
        var placed = new List<PlacedPolicy>();
        foreach (var (index, entry) in draft.Chain.Policies.Index())
        {
            var at = $"/policies/{index}";
            if (Resolve(draft, entry, at) is not { } policy)
            {
                if (entry.Enabled)
                {
                    errors.Add(
                        at + "/name",
                        "unknown_policy",
                        entry.IsShared ? $"There is no shared policy '{entry.Name}'." : $"There is no policy '{entry.Name}'.");
                }

                continue;
            }

            policy.Policy.Check(policy.Configuration, at + "/configuration", errors);
            policy.Policy.CheckComplete(policy.Configuration, at + "/configuration", errors);
            if (!entry.Enabled)
            {
                continue;
            }

            if (placed.Find(other => other.Policy == policy.Policy) is { } twin)
            {
                errors.Add(
                    at + "/name",
                    "duplicate_policy",
                    $"'{policy.Name}' and '{twin.Name}' are both the policy '{policy.Policy.Name}', which may be in a chain once.");
            }

            placed.Add(policy);
        }

        return placed;
    }

    public ChainedPolicy Freeze() => new() { Name = Policy.Name, Configuration = Configuration };

    private static PlacedPolicy? Resolve(ProductDraft draft, PolicyEntry entry, string at)
    {
        if (entry.IsShared)
        {
            return draft.SharedPolicies.TryGetValue(entry.Name, out var shared)
                ? new(at, entry.Name, shared.Policy, shared.Configuration)
                : null;
        }

        return entry.Builtin is { } builtin ? new(at, entry.Name, builtin, entry.Configuration) : null;
    }
}
