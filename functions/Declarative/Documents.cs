using Serverless.Functions.Backends;
using Serverless.Functions.Http;

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
    ChainChange chains,
    Pruning pruning,
    TimeProvider clock)
{
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
        var backends = new Dictionary<string, PresentBackend>();
        foreach (var name in UseReader.Names(section).Union(now.Uses.Select(use => use.Value.Backend)))
        {
            backends.Add(name, planned?.GetValueOrDefault(name) ?? await present.ReadBackendAsync(name, cancel));
        }

        var wanted = new ProductReader(new Fitting(errors, prune), now, backends, clock).Read(section);
        if (wanted is null)
        {
            return null;
        }

        if (wanted.Chain is { } chain)
        {
            await chains.CheckAsync(chain, now, section.At, errors, cancel);
        }

        if (prune)
        {
            await pruning.CheckAsync(wanted, now, errors, cancel);
        }

        foreach (var backend in (wanted.Uses ?? []).Select(use => use.Backend?.Backend.Value).OfType<Backend>())
        {
            planned?.TryAdd(backend.SystemName, new(new(backend, default), [], []));
        }

        return errors.Found.Count == 0 ? changes.Plan(wanted, now, prune) : null;
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
