using System.Collections.Frozen;
using Serverless.Contracts;

namespace Serverless.Relay.Policies;

/// <summary>The policies that this relay knows, by name.</summary>
internal sealed class PolicyCatalogue(IEnumerable<IPolicyFactory> factories)
{
    private readonly FrozenDictionary<string, IPolicyFactory> _factories =
        factories.ToFrozenDictionary(factory => factory.Name, StringComparer.Ordinal);

    /// <summary>
    /// Builds a chain; null when a policy is unknown or its settings are wrong, with a sentence for each.
    /// </summary>
    public PolicyChain? Build(IReadOnlyList<ChainedPolicy> chain, ICollection<string> errors)
    {
        var policies = new List<IHandshakePolicy>(chain.Count);
        foreach (var policy in chain)
        {
            if (!_factories.TryGetValue(policy.Name, out var factory))
            {
                errors.Add($"This relay knows no policy '{policy.Name}'.");
            }
            else if (factory.Build(policy.Configuration, errors) is { } built)
            {
                policies.Add(built);
            }
        }

        return policies.Count == chain.Count ? new PolicyChain(policies) : null;
    }
}
