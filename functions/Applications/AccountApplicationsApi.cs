using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Accounts;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of the applications of an account: here they are made.</summary>
internal sealed class AccountApplicationsApi(
    AccountsTable accounts,
    ProductsTable products,
    PlansTable plans,
    ApplicationsTable applications,
    ApplicationList list,
    ApplicationCreation creation,
    ApplicationKeys keys,
    TimeProvider clock)
{
    [Function("accounts-applications-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}/applications")] HttpRequest request,
        string account,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ApplicationsJson.Default.NewApplicationInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await accounts.FindAsync(account, cancel) is null)
        {
            return Problem.NotFound("account", account);
        }

        if (await products.FindAsync(input.Product!, cancel) is not { Value: var product })
        {
            return Problem.Invalid([new("/product", "unknown_product", $"There is no product '{input.Product}'.")]);
        }

        if (await plans.FindAsync(product, input.Plan!, cancel) is null)
        {
            return ApplicationProblems.UnknownPlan(input.Plan!);
        }

        // Not the caller's token from here on: what is begun is brought to its end, whether he waits for it or not.
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var userKey = input.UserKey ?? UserKey.Generate();
        var created = input.ToRecord(account, product.Generation, clock.GetUtcNow());
        return await creation.CreateAsync(product, created, keys.Prepare(userKey), deadline.Token) switch
        {
            Creation.Done => await AnswerAsync(created.Value, userKey, cancel),
            Creation.NoAccount => Problem.NotFound("account", account),
            Creation.NoPlan => ApplicationProblems.UnknownPlan(input.Plan!),
            Creation.IdTaken => Problem.AlreadyExists("application", created.Value.Id),
            _ => ApplicationProblems.KeyTaken(),
        };
    }

    [Function("accounts-applications-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts/{account}/applications")] HttpRequest request,
        string account,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        if (await accounts.FindAsync(account, cancel) is null)
        {
            return Problem.NotFound("account", account);
        }

        var notes = await accounts.ListApplicationsAsync(account, paging, cancel);
        return Answer.Ok(await list.ReadAsync(notes, ApplicationList.IsOwned, cancel), ApplicationsJson.Default.ListingApplication);
    }

    private async Task<IResult> AnswerAsync(Application created, string userKey, CancellationToken cancel) => Answer.Created(
        $"/api/applications/{created.Id}",
        created with { UserKey = userKey },
        ApplicationsJson.Default.Application,
        (await applications.FindAsync(created.Id, cancel))?.ETag ?? default);
}
