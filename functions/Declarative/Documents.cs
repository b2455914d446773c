using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>How applying a document ended.</summary>
/// <param name="Changes">The plan.</param>
/// <param name="Done">How many steps of it are taken; all of them, unless somebody came in between.</param>
internal sealed record Applied(IReadOnlyList<Change> Changes, int Done)
{
    /// <summary>The step that could not be taken, because the resource is not any more as it was; null when there is none.</summary>
    public Change? Overtaken => Done < Changes.Count ? Changes[Done] : null;
}

/// <summary>
/// Makes what is into what a document wants. Everything is checked before anything is written; then each step is one
/// conditional write, under the tag that the plan was made from. Broken off, by a crash or by somebody else's change, the
/// steps before are in force, and applying the same document again takes the others.
/// </summary>
internal sealed class Documents(Present present, ProductChanges changes, PlanChanges plans, TimeProvider clock)
{
    /// <summary>The plan; null when something is wrong with the document, which then is among the errors.</summary>
    public async Task<IReadOnlyList<Change>?> PlanAsync(SourceDocument document, bool prune, Errors errors, CancellationToken cancel)
    {
        if (ProductReader.Find(document, errors) is not { } section)
        {
            return null;
        }

        var now = await present.ReadProductAsync(section.Text("system_name") ?? "", cancel);
        var backends = new Dictionary<string, PresentBackend>();
        foreach (var name in UseReader.Names(section).Distinct())
        {
            backends.Add(name, await present.ReadBackendAsync(name, cancel));
        }

        var wanted = new ProductReader(new Fitting(errors, prune), now, backends, clock).Read(section);
        if (wanted is null)
        {
            return null;
        }

        if (prune)
        {
            await CheckHeldAsync(wanted, now, errors, cancel);
        }

        return errors.Found.Count == 0 ? changes.Plan(wanted, now, prune) : null;
    }

    /// <summary>Takes the steps of a plan, as far as they can be taken.</summary>
    public static async Task<Applied> ApplyAsync(IReadOnlyList<Change> plan, CancellationToken cancel)
    {
        for (var done = 0; done < plan.Count; done++)
        {
            if (!await plan[done].ApplyAsync(cancel))
            {
                return new(plan, done);
            }
        }

        return new(plan, plan.Count);
    }

    private async Task CheckHeldAsync(WantedProduct wanted, PresentProduct now, Errors errors, CancellationToken cancel)
    {
        foreach (var plan in await plans.FindHeldAsync(now, wanted.Plans, cancel))
        {
            errors.Add(
                wanted.Product.At + "/plans",
                "in_use",
                $"The plan '{plan}' is not in the document, and applications are on it: keep it, or change their plan first.");
        }
    }
}
