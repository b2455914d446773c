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
    DefaultPlan defaultPlan,
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

        if (await accounts.FindAsync(account, cancel) is not { } owner)
        {
            return Problem.NotFound("account", account);
        }

        if (await products.FindAsync(input.Product!, cancel) is not { Value: var product })
        {
            return Problem.Invalid([new("/product", "unknown_product", $"There is no product '{input.Product}'.")]);
        }

        var (plan, invalid) = await ChoosePlanAsync(input, product, cancel);
        return plan is null ? invalid! : await CreateAsync(input, owner, product, plan, cancel);
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

    // Everything that is wrong with the body and that only the product can tell.
    private async Task<(Plan? Plan, Problem? Invalid)> ChoosePlanAsync(
        NewApplicationInput input,
        Product product,
        CancellationToken cancel)
    {
        var errors = new Errors();
        errors.FitMode(product.Credentials.Mode, input.UserKey, input.AppKey);
        var name = input.Plan ?? await defaultPlan.FindAsync(product, cancel);
        var plan = name is null ? null : (await plans.FindAsync(product, name, cancel))?.Value;
        if (name is null)
        {
            errors.Add("/plan", "required", "The product has no default plan: name one.");
        }
        else if (plan is null)
        {
            errors.Add("/plan", "unknown_plan", $"The product has no plan '{name}'.");
        }
        else if (plan.CustomizedFor is not null)
        {
            errors.Add("/plan", "custom_plan", $"Plan '{name}' is for another application alone.");
        }

        return errors.Found.Count == 0 ? (plan, null) : (null, Problem.Invalid(errors.Found));
    }

    private async Task<IResult> CreateAsync(
        NewApplicationInput input,
        AccountRecord owner,
        Product product,
        Plan plan,
        CancellationToken cancel)
    {
        // Not the caller's token from here on: what is begun is brought to its end, whether he waits for it or not.
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var created = input.ToRecord(owner, product, plan, clock.GetUtcNow());
        var key = NewKey.For(product.Credentials.Mode, input.UserKey, input.AppKey);
        var all = keys.PrepareIdentity(created.Value);
        if (key is not null)
        {
            all = [.. all, keys.Prepare(created.Value.AppId, key)];
        }

        return await creation.CreateAsync(product, created, all, deadline.Token) switch
        {
            Creation.Done => await AnswerAsync(created.Value, key, cancel),
            Creation.NoAccount => Problem.NotFound("account", created.Value.Account),
            Creation.NoPlan => ApplicationProblems.UnknownPlan(plan.SystemName),
            Creation.IdTaken => Problem.AlreadyExists("application", created.Value.Id),
            Creation.AppIdTaken => ApplicationProblems.IdentityTaken("app_id"),
            Creation.ClientIdTaken => ApplicationProblems.IdentityTaken("client_id"),
            _ => ApplicationProblems.KeyTaken(),
        };
    }

    private async Task<IResult> AnswerAsync(Application created, NewKey? key, CancellationToken cancel)
    {
        // As it is now: its state may have followed its account's.
        var now = await applications.FindAsync(created.Id, cancel);
        return Answer.Created(
            $"/api/applications/{created.Id}",
            (now?.Value ?? created) with { UserKey = key?.UserKey, AppKey = key?.AppKey },
            ApplicationsJson.Default.Application,
            now?.ETag ?? default);
    }
}
