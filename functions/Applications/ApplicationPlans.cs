using Azure;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// Changes what an application is called and which plan it is on. The note on the plan entered comes before the change,
/// so that the plan stays; the note on the plan left goes after it. Broken off in between, there is a note of what is not
/// so, which lists leave out and the plan's deletion passes over. A plan that was the application's alone goes when it is left.
/// </summary>
internal sealed class ApplicationPlans(
    ApplicationsTable applications,
    ApplicationTurns turns,
    ProductsTable products,
    PlansTable plans,
    CustomPlans custom,
    ApplicationNews news)
{
    /// <summary>Puts an application on a plan, whichever it is on, with the rest of it changed as told.</summary>
    public async Task<Change> ChangeAsync(
        string id,
        string plan,
        Func<Application, Application> rest,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (await applications.FindAsync(id, cancel) is not { } before)
        {
            return Change.Missing;
        }

        if (await products.FindAsync(before.Value.Product, cancel) is not { Value: var product }
            || product.Generation != before.ProductGeneration)
        {
            return Change.NoPlan;
        }

        if (await plans.FindAsync(product, plan, cancel) is { Value.CustomizedFor: { } other } && other != id)
        {
            return Change.PlanOfAnother;
        }

        // The note of the plan left is read before the change and removed as it was read: one that is newer belongs to
        // somebody who is just going back.
        var left = await plans.FindApplicationAsync(product, before.Value.Plan, id, before.Generation, cancel);
        if (await plans.AddApplicationAsync(product, plan, id, before.Generation, cancel) != Write.Done)
        {
            return Change.NoPlan;
        }

        var change = await turns.TakeAsync(
            id,
            ifMatch.OrThis(before.ETag),
            now => now with { Value = rest(now.Value) with { Plan = plan } },
            cancel);
        if (change == Change.Stale && ifMatch == ETag.All)
        {
            return await ChangeAsync(id, plan, rest, ifMatch, cancel);
        }

        if (change == Change.Done && left is not null && before.Value.Plan != plan)
        {
            await plans.RemoveApplicationAsync(product, left, cancel);
            await custom.DeleteAsync(product, before.Value.Plan, id, cancel);
        }

        return await news.TellAsync(EventKinds.ApplicationPlanChanged, id, change);
    }

    /// <summary>Puts an application on a copy of its plan that is its alone; one that is on such a plan stays there.</summary>
    public async Task<Change> CustomizeAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var (application, product, plan) = await ReadAsync(id, cancel);
        if (application is null)
        {
            return Change.Missing;
        }

        if (product is null || plan is null)
        {
            return Change.NoPlan;
        }

        // Before the copy, so that it is not made for nothing.
        if (ifMatch != ETag.All && ifMatch != application.ETag)
        {
            return Change.Stale;
        }

        if (plan.CustomizedFor == id)
        {
            return await news.TellAsync(EventKinds.ApplicationPlanChanged, id, Change.Done);
        }

        var name = CustomPlans.NameOf(plan.SystemName, id, application.Generation);
        await custom.CopyAsync(product, plan, name, id, application.Generation, cancel);
        var change = await ChangeAsync(id, name, value => value, ifMatch.OrThis(application.ETag), cancel);
        return change == Change.Stale && ifMatch == ETag.All ? await CustomizeAsync(id, ifMatch, cancel) : change;
    }

    /// <summary>Puts an application back on the plan that its own is a copy of.</summary>
    public async Task<Change> DecustomizeAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var (application, product, plan) = await ReadAsync(id, cancel);
        if (application is null)
        {
            return Change.Missing;
        }

        if (product is null || plan is null)
        {
            return Change.NoPlan;
        }

        return plan is { CustomizedFor: { } owner, Customizes: { } original } && owner == id
            ? await ChangeAsync(id, original, value => value, ifMatch, cancel)
            : Change.NotCustomized;
    }

    private async Task<(ApplicationRecord? Application, Product? Product, Plan? Plan)> ReadAsync(string id, CancellationToken cancel)
    {
        if (await applications.FindAsync(id, cancel) is not { } application)
        {
            return (null, null, null);
        }

        return await products.FindAsync(application.Value.Product, cancel) is { Value: var product }
            && product.Generation == application.ProductGeneration
            ? (application, product, (await plans.FindAsync(product, application.Value.Plan, cancel))?.Value)
            : (application, null, null);
    }
}
