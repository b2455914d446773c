using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>Finds what a chain needs from elsewhere and has not: shared policies, and secrets that were never given.</summary>
internal sealed class ChainCheck(SharedPoliciesTable shared)
{
    /// <summary>Notes it of every policy that nothing else is wrong with.</summary>
    /// <param name="chain">The chain, checked for itself.</param>
    /// <param name="before">The chain as it is, whose secrets are kept.</param>
    /// <param name="at">Where the chain is in what was sent.</param>
    /// <param name="errors">What was found in it so far.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="coming">Shared policies that there will be.</param>
    public async Task CheckAsync(
        PolicyChainInput chain,
        PolicyChain before,
        string at,
        Errors errors,
        CancellationToken cancel,
        IReadOnlyList<string>? coming = null)
    {
        if (chain.Policies is not { Count: <= PolicyChainInput.MostPolicies } policies)
        {
            return;
        }

        var sound = policies
            .Select((policy, index) => (Policy: policy, At: $"{at}/policies/{index}"))
            .Where(one => !errors.Has(one.At))
            .Select(one => (Entry: one.Policy.ToEntry(), one.At))
            .ToList();
        var known = await shared.FindAsync(sound.Where(one => one.Entry.IsShared).Select(one => one.Entry.Name), cancel);
        foreach (var (entry, here) in sound)
        {
            if (entry.Builtin is { } builtin)
            {
                builtin.CheckComplete(entry.KeepSecrets(before).Configuration, here + "/configuration", errors);
            }
            else if (!known.ContainsKey(entry.Name) && coming?.Contains(entry.Name) != true)
            {
                errors.Add(here + "/name", "unknown_policy", $"There is no shared policy '{entry.Name}'.");
            }
        }
    }
}
