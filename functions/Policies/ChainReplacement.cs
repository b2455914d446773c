using Azure;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Policies;

/// <summary>How replacing a chain ended.</summary>
internal abstract record ChainReplaced
{
    private ChainReplaced()
    {
    }

    /// <summary>Written.</summary>
    internal sealed record Done(PolicyChain Chain, ETag ETag) : ChainReplaced;

    /// <summary>It names shared policies that are not there, or lacks secrets.</summary>
    internal sealed record Invalid(IReadOnlyList<InvalidMember> Errors) : ChainReplaced;

    /// <summary>Somebody changed it since it was read.</summary>
    internal sealed record Stale : ChainReplaced;

    /// <summary>The product is being deleted.</summary>
    internal sealed record Missing : ChainReplaced;
}

/// <summary>
/// Replaces the chain of a product: first the notes at the shared policies that it begins to name, then the chain, then away
/// with the notes of those that it names no more. A note too many, which a crash leaves, holds nothing for long.
/// </summary>
internal sealed class ChainReplacement(PoliciesTable policies, SharedPoliciesTable shared)
{
    /// <summary>Replaces it by one that has been checked already. Secrets that it leaves out stay as they are.</summary>
    public async Task<ChainReplaced> ReplaceAsync(Product product, PolicyChain chain, ETag ifMatch, CancellationToken cancel)
    {
        if (await policies.FindAsync(product, cancel) is not { } stored)
        {
            return new ChainReplaced.Missing();
        }

        if (ifMatch != ETag.All && ifMatch != stored.ETag)
        {
            return new ChainReplaced.Stale();
        }

        var replaced = chain.KeepSecrets(stored.Value);
        var errors = new Errors();
        replaced.CheckComplete(errors);
        await CheckSharedAsync(product, replaced, errors, cancel);
        if (errors.Found.Count > 0)
        {
            return new ChainReplaced.Invalid(errors.Found);
        }

        // Read before the chain is written: a note that somebody has written anew since is his.
        var left = await Task.WhenAll(stored.Value.Shared.Except(replaced.Shared)
            .Select(name => shared.FindNoteAsync(name, product, cancel)));
        var (outcome, tag) = await policies.ReplaceAsync(product, replaced, stored.ETag, cancel);
        if (outcome != Write.Done)
        {
            return outcome == Write.Stale ? new ChainReplaced.Stale() : new ChainReplaced.Missing();
        }

        foreach (var note in left.OfType<Dependent>())
        {
            await shared.RemoveNoteAsync(note, cancel);
        }

        return new ChainReplaced.Done(replaced, tag);
    }

    private async Task CheckSharedAsync(Product product, PolicyChain chain, Errors errors, CancellationToken cancel)
    {
        foreach (var (index, policy) in chain.Policies.Index().Where(entry => entry.Item.IsShared))
        {
            if (await shared.NoteAsync(policy.Name, product, cancel) != Write.Done)
            {
                errors.Add($"/policies/{index}/name", "unknown_policy", $"There is no shared policy '{policy.Name}'.");
            }
        }
    }
}
