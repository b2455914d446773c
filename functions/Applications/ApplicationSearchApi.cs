using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Accounts;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// REST surface of looking for applications. By credential: three point reads. By filter: the notes of the account, or of
/// product and plan, and one point read for each application of the part.
/// </summary>
internal sealed class ApplicationSearchApi(
    ApplicationsTable applications,
    ApplicationList list,
    KeysTable keys,
    KeyHasher hasher,
    AccountsTable accounts,
    ProductsTable products,
    PlansTable plans)
{
    [Function("applications-find")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications:find")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(request, ApplicationsJson.Default.FindInput, (input, errors) => input.Check(errors), cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return input.Hash(hasher) is { } hash
            && await products.FindAsync(input.Product!, cancel) is { Value: var product }
            && await keys.FindAsync(hash, product.SystemName, cancel) is { } key
            && !key.IsFree(product.Generation)
            && await applications.FindAsync(key.Application, cancel) is { } application
            && application.Generation == key.ApplicationGeneration
            ? Answer.Ok(application.Value, ApplicationsJson.Default.Application, application.ETag)
            : Problem.Of(404, "not_found", "Not found.", "No application of the product is known by this.");
    }

    [Function("applications-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/applications")] HttpRequest request,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem)
            || !ApplicationFilter.TryRead(request, out var filter, out problem))
        {
            return problem;
        }

        if (filter.Account is { } account)
        {
            return await accounts.FindAsync(account, cancel) is null
                ? Problem.NotFound("account", account)
                : await AnswerAsync(await accounts.ListApplicationsAsync(account, paging, cancel), ApplicationList.IsOwned, filter, cancel);
        }

        return await products.FindAsync(filter.Product!, cancel) is { Value: var product }
            ? await AnswerAsync(
                await plans.ListApplicationsAsync(product, filter.Plan, paging, cancel),
                ApplicationList.IsOnPlan,
                filter,
                cancel)
            : Problem.NotFound("product", filter.Product!);
    }

    private async Task<IResult> AnswerAsync(
        Listing<Dependent> notes,
        Func<Dependent, ApplicationRecord?, bool> isSo,
        ApplicationFilter filter,
        CancellationToken cancel) => Answer.Ok(
            await list.ReadAsync(
                notes,
                (note, application) => isSo(note, application) && filter.Passes(application!.Value),
                cancel),
            ApplicationsJson.Default.ListingApplication);
}
