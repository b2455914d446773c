using Azure;
using Serverless.Functions.Accounts;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>How a change of an application ended.</summary>
internal enum Change
{
    /// <summary>It is in force, also for the keys.</summary>
    Done,

    /// <summary>There is no such application.</summary>
    Missing,

    /// <summary>Somebody changed it since the caller read it.</summary>
    Stale,

    /// <summary>Its deletion has begun; only that can be completed.</summary>
    Leaving,

    /// <summary>The product has no such plan.</summary>
    NoPlan,
}

/// <summary>
/// Changes applications. First the application says what its keys shall be, and takes a turn; then its keys follow; then,
/// for what takes rights away, the API shows it. A change that breaks off is completed by the next or by being
/// asked for again; keys are refused too early, never too late.
/// </summary>
internal sealed class ApplicationLife(
    ApplicationsTable applications,
    ApplicationKeys keys,
    AccountsTable accounts,
    ProductsTable products,
    PlansTable plans)
{
    public async Task<Change> SuspendAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await ChangeAsync(id, ifMatch, now => now with { Wanted = KeyState.Suspended }, cancel);
        return change == Change.Done ? await ShowSuspendedAsync(id, cancel) : change;
    }

    public Task<Change> ResumeAsync(string id, ETag ifMatch, CancellationToken cancel) => ChangeAsync(
        id,
        ifMatch,
        now => now with { Wanted = KeyState.Live, Value = now.Value with { State = ApplicationState.Live } },
        cancel);

    /// <summary>Replaces name, description and plan of an application.</summary>
    public async Task<Change> ReplaceAsync(Application replaced, ETag ifMatch, CancellationToken cancel)
    {
        if (await applications.FindAsync(replaced.Id, cancel) is not { } before)
        {
            return Change.Missing;
        }

        if (await products.FindAsync(before.Value.Product, cancel) is not { Value: var product }
            || product.Generation != before.ProductGeneration)
        {
            return Change.NoPlan;
        }

        // The note of the plan left is read before the change and removed as it was read: one that is newer belongs to
        // somebody who is just going back. The note on the plan entered comes before the change, so that the plan stays.
        var left = await plans.FindApplicationAsync(product, before.Value.Plan, replaced.Id, before.Generation, cancel);
        if (await plans.AddApplicationAsync(product, replaced.Plan, replaced.Id, before.Generation, cancel) != Write.Done)
        {
            return Change.NoPlan;
        }

        var change = await ChangeAsync(
            replaced.Id,
            ifMatch.OrThis(before.ETag),
            now => now with
            {
                Value = now.Value with { Name = replaced.Name, Description = replaced.Description, Plan = replaced.Plan },
            },
            cancel);
        if (change == Change.Stale && ifMatch == ETag.All)
        {
            return await ReplaceAsync(replaced, ifMatch, cancel);
        }

        if (change == Change.Done && left is not null && before.Value.Plan != replaced.Plan)
        {
            await plans.RemoveApplicationAsync(product, left, cancel);
        }

        return change;
    }

    public async Task<Change> DeleteAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await ChangeAsync(id, ifMatch, now => now with { Wanted = KeyState.Deleted }, cancel, isDeletion: true);
        if (change != Change.Done)
        {
            return change;
        }

        // Every key is refused by now, and none can come.
        while (await applications.FindWithKeysAsync(id, cancel) is { } read)
        {
            if (read.Application.Wanted != KeyState.Deleted)
            {
                break;
            }

            if (await applications.RemoveAsync(read, cancel) == Write.Done)
            {
                await ForgetAsync(read.Application, cancel);
                break;
            }
        }

        return Change.Done;
    }

    /// <summary>Removes the notes that an application leaves at its account and plan.</summary>
    public async Task ForgetAsync(ApplicationRecord application, CancellationToken cancel)
    {
        var (id, generation) = (application.Value.Id, application.Generation);
        if (await accounts.FindApplicationAsync(application.Value.Account, id, generation, cancel) is { } note)
        {
            await accounts.RemoveApplicationAsync(note, cancel);
        }

        if (await products.FindAsync(application.Value.Product, cancel) is { Value: var product }
            && product.Generation == application.ProductGeneration
            && await plans.FindApplicationAsync(product, application.Value.Plan, id, generation, cancel) is { } noteOnPlan)
        {
            await plans.RemoveApplicationAsync(product, noteOnPlan, cancel);
        }
    }

    private async Task<Change> ChangeAsync(
        string id,
        ETag ifMatch,
        Func<ApplicationRecord, ApplicationRecord> change,
        CancellationToken cancel,
        bool isDeletion = false)
    {
        while (await applications.FindAsync(id, cancel) is { } now)
        {
            if (now.Wanted == KeyState.Deleted && !isDeletion)
            {
                return Change.Leaving;
            }

            var outcome = await applications.ChangeAsync(
                change(now) with { Turn = now.Turn + 1, ETag = ifMatch.OrThis(now.ETag) },
                cancel);
            if (outcome == Write.Done)
            {
                await keys.AlignAsync(id, cancel);
                return Change.Done;
            }

            if (outcome == Write.Stale && ifMatch != ETag.All)
            {
                return Change.Stale;
            }
        }

        return Change.Missing;
    }

    private async Task<Change> ShowSuspendedAsync(string id, CancellationToken cancel)
    {
        while (await applications.FindAsync(id, cancel) is { } now)
        {
            // Resumed or deleted meanwhile: then that is what is shown.
            if (now.Wanted != KeyState.Suspended || now.Value.State == ApplicationState.Suspended)
            {
                return Change.Done;
            }

            var shown = now with { Value = now.Value with { State = ApplicationState.Suspended } };
            if (await applications.ReplaceAsync(shown, cancel) == Write.Done)
            {
                return Change.Done;
            }
        }

        return Change.Missing;
    }
}
