using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Declarative;

/// <summary>How applying a document ended.</summary>
/// <param name="Changes">The plan.</param>
/// <param name="Done">How many steps of it are taken; all of them, unless somebody came in between.</param>
internal sealed record Applied(IReadOnlyList<Change> Changes, int Done)
{
    /// <summary>
    /// The step that could not be taken, because the resource is not any more as it was; null when there is none.
    /// </summary>
    public Change? Overtaken => Done < Changes.Count ? Changes[Done] : null;
}

/// <summary>
/// Makes what is into what a document wants. Everything is checked before anything is written; then each step is one
/// conditional write, under the tag that the plan was made from. Broken off, by a crash or by somebody else's change, the
/// steps before are in force, and applying the same document again takes the others.
/// </summary>
internal sealed class Documents(
    Present present,
    ProductChanges changes,
    SharedPoliciesTable sharedPolicies,
    ChainCheck chains,
    Pruning pruning,
    TimeProvider clock)
{
    // Each is read, and no product is near it.
    private const int MostBackends = 500;

    private const int ReadAtOnce = 16;

    /// <summary>The plan; null when something is wrong with the document, which then is among the errors.</summary>
    /// <param name="document">What is wanted.</param>
    /// <param name="prune">Whether what it does not mention shall go.</param>
    /// <param name="errors">What is wrong with it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="planned">Backends that plans before this one make; those that this one makes are added.</param>
    public async Task<IReadOnlyList<Change>?> PlanAsync(
        SourceDocument document,
        bool prune,
        Errors errors,
        CancellationToken cancel,
        Dictionary<string, PresentBackend>? planned = null)
    {
        if (ProductReader.Find(document, errors) is not { } section)
        {
            return null;
        }

        var now = await present.ReadProductAsync(section.Text("system_name") ?? "", cancel);
        if (await ReadBackendsAsync(section, now, planned, errors, cancel) is not { } backends)
        {
            return null;
        }

        var shared = await sharedPolicies.FindStoredAsync(SharedPolicyReader.Names(section), cancel);
        var (wanted, chain) = new ProductReader(new Fitting(errors, prune), now, backends, shared, clock).Read(section);
        if (chain is not null)
        {
            await chains.CheckAsync(
                chain,
                now.Chain.Value,
                section.At,
                errors,
                cancel,
                SharedPolicyReader.Names(section));
        }

        if (prune)
        {
            await pruning.CheckAsync(section, now, backends, errors, cancel);
        }

        if (wanted is null)
        {
            return null;
        }

        foreach (var backend in (wanted.Uses ?? []).Select(use => use.Backend?.Backend.Value).OfType<Backend>())
        {
            planned?.TryAdd(backend.SystemName, new(new(backend, default), [], []));
        }

        return errors.Found.Count == 0 ? changes.Plan(wanted, now, prune) : null;
    }

    private async Task<IReadOnlyDictionary<string, PresentBackend>?> ReadBackendsAsync(
        Section product,
        PresentProduct now,
        Dictionary<string, PresentBackend>? planned,
        Errors errors,
        CancellationToken cancel)
    {
        var named = UseReader.Names(product).Distinct().ToList();
        if (named.Count > MostBackends)
        {
            errors.Add($"{product.At}/backends", "too_many", $"A document may name {MostBackends} backends and names {named.Count}.");
            return null;
        }

        var read = new Dictionary<string, PresentBackend>();
        foreach (var some in named.Union(now.Uses.Select(use => use.Value.Backend)).Chunk(ReadAtOnce))
        {
            var found = await Task.WhenAll(some.Select(async name =>
                planned?.GetValueOrDefault(name) ?? await present.ReadBackendAsync(name, cancel)));
            foreach (var (name, backend) in some.Zip(found))
            {
                read.Add(name, backend);
            }
        }

        return read;
    }

    /// <summary>Takes the steps of a plan, as far as they can be taken, and tells of each.</summary>
    public static async Task<Applied> ApplyAsync(IReadOnlyList<Change> plan, MadeChanges made, CancellationToken cancel)
    {
        for (var done = 0; done < plan.Count; done++)
        {
            if (!await plan[done].ApplyAsync(cancel))
            {
                return new(plan, done);
            }

            if (plan[done] is { Action: not ChangeAction.Keep } change)
            {
                made.Add(new(change.Resource, change.Before, change.After));
            }
        }

        return new(plan, plan.Count);
    }
}
