using Azure;
using Serverless.Contracts;
using Serverless.Functions.Accounts;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// The states of applications, from the first to their deletion. What takes rights away is shown when every key is
/// refused: keys are refused too early, never too late.
/// </summary>
internal sealed class ApplicationLife(
    ApplicationsTable applications,
    ApplicationTurns turns,
    AccountsTable accounts,
    ProductsTable products,
    PlansTable plans,
    CustomPlans custom,
    ApplicationNews news)
{
    /// <summary>Lets a pending application in.</summary>
    public async Task<Change> AcceptAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await turns.TakeAsync(
            id,
            ifMatch,
            now => now.Value.State switch
            {
                ApplicationState.Pending => Live(now),

                // Accepted already. It may be being suspended: that is not to be undone by being asked for something else.
                ApplicationState.Live => now,
                _ => Change.WrongState,
            },
            cancel);
        return await news.TellAsync(EventKinds.ApplicationResumed, id, change);
    }

    public async Task<Change> SuspendAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await turns.TakeAsync(
            id,
            ifMatch,
            now => now.Value.State == ApplicationState.Pending ? Change.WrongState : now with { Wanted = KeyState.Suspended },
            cancel);
        await news.TellAsync(EventKinds.ApplicationSuspended, id, change);
        return change == Change.Done ? await ShowSuspendedAsync(id, cancel) : change;
    }

    public async Task<Change> ResumeAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await turns.TakeAsync(
            id,
            ifMatch,
            now => now.Value.State == ApplicationState.Pending ? Change.WrongState : Live(now),
            cancel);
        return await news.TellAsync(EventKinds.ApplicationResumed, id, change);
    }

    public async Task<Change> DeleteAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var change = await turns.TakeAsync(
            id,
            ifMatch,
            now => now with { Wanted = KeyState.Deleted },
            cancel,
            isDeletion: true);
        if (change != Change.Done)
        {
            return change;
        }

        // Every key is refused by now, and none can come. Told while the application is still there to be deleted again.
        await news.TellAsync(EventKinds.ApplicationDeleted, id, change);
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

    /// <summary>Removes the notes that an application leaves at its account and plan, and a plan that was its alone.</summary>
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
            await custom.DeleteAsync(product, application.Value.Plan, id, cancel);
        }
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

    private static ApplicationRecord Live(ApplicationRecord now) =>
        now with { Wanted = KeyState.Live, Value = now.Value with { State = ApplicationState.Live } };
}
