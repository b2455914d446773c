using Azure;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// Changes what an application is called and which plan it is on. The note on the plan entered comes before the change,
/// so that the plan stays; the note on the plan left goes after it. Broken off in between, there is a note of what is not
/// so, which lists leave out and the plan's deletion passes over.
/// </summary>
internal sealed class ApplicationPlans(
    ApplicationsTable applications,
    ApplicationTurns turns,
    ProductsTable products,
    PlansTable plans)
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
        }

        return change;
    }
}
