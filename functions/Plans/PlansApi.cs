using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>REST surface of plans.</summary>
internal sealed class PlansApi(ProductsTable products, PlansTable plans, PlanNews news)
{
    [Function("products-plans-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/plans")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(request, PlansJson.Default.PlanInput, (input, errors) => input.Check(errors), cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var created = input.ToPlan();
        var (outcome, tag) = await plans.AddAsync(owner, created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/products/{product}/plans/{created.SystemName}", created, PlansJson.Default.Plan, tag)
            : Problem.AlreadyExists("plan", created.SystemName);
    }

    [Function("products-plans-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        return await products.FindAsync(product, cancel) is { Value: var owner }
            ? Answer.Ok(await plans.ListAsync(owner, paging, cancel), PlansJson.Default.ListingPlan)
            : Problem.NotFound("product", product);
    }

    [Function("products-plans-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans/{plan}")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await plans.FindAsync(owner, plan, cancel) is { } stored
            ? Answer.Ok(stored.Value, PlansJson.Default.Plan, stored.ETag)
            : Problem.NotFound("plan", plan);
    }

    [Function("products-plans-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/plans/{plan}")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        if (await plans.FindAsync(owner, plan, cancel) is not { } stored)
        {
            return Problem.NotFound("plan", plan);
        }

        var body = await Body.ReadAsync(
            request,
            PlansJson.Default.PlanInput,
            (input, errors) => input.Check(errors, stored.Value),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(owner, plan, input, ifMatch, cancel));
    }

    [Function("products-plans-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/plans/{plan}")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await plans.DeleteAsync(owner, plan, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse("Applications are on this plan: change their plan or delete them first."),
            _ => Problem.NotFound("plan", plan),
        };
    }

    private async Task<IResult> ReplaceAsync(Product owner, string plan, PlanInput input, ETag ifMatch, CancellationToken cancel)
    {
        if (await plans.FindAsync(owner, plan, cancel) is not { } stored)
        {
            return Problem.NotFound("plan", plan);
        }

        var replaced = input.ToPlan(stored.Value);
        var (outcome, tag) = await plans.ReplaceAsync(owner, replaced, ifMatch.OrThis(stored.ETag), cancel);
        if (outcome == Write.Done)
        {
            await news.TellAsync(owner);
        }

        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, PlansJson.Default.Plan, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("plan", plan),
        };
    }
}
