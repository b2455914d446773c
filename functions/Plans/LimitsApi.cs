using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>REST surface of a plan's limits.</summary>
internal sealed class LimitsApi(ProductsTable products, PlansTable plans, LimitsTable limits, PlanNews news)
{
    [Function("products-plans-limits-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/plans/{plan}/limits")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(request, PlansJson.Default.LimitInput, (input, errors) => input.Check(errors), cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        var created = input.ToLimit();
        var (outcome, tag) = await limits.AddAsync(owner, plan, created, cancel);

        // There already: it may be of one who broke off before he told.
        if (outcome is Limiting.Done or Limiting.Exists)
        {
            await news.TellAsync(owner);
        }

        return outcome switch
        {
            Limiting.Done => Answer.Created(
                $"/api/products/{product}/plans/{plan}/limits/{created.Id}",
                created,
                PlansJson.Default.PlanLimit,
                tag),
            Limiting.NoMetric => Problem.Invalid(
                [new("/metric", "unknown_metric", $"The product has no metric '{created.Metric}'.")]),
            Limiting.NoPlan => Problem.NotFound("plan", plan),
            Limiting.TooMany => Problem.Of(
                409,
                "too_many_limits",
                "Too many limits.",
                $"A plan may have {LimitsTable.MostInPlan} limits, and {PlanTerms.Most} limits and pricing rules together."),
            _ => Problem.AlreadyExists("limit", created.Id),
        };
    }

    [Function("products-plans-limits-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans/{plan}/limits")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        return owner is null
            ? missing!
            : Answer.Ok(await limits.ListAsync(owner, plan, paging, cancel), PlansJson.Default.ListingPlanLimit);
    }

    [Function("products-plans-limits-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans/{plan}/limits/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        return await limits.FindAsync(owner, plan, id, cancel) is { } stored
            ? Answer.Ok(stored.Value, PlansJson.Default.PlanLimit, stored.ETag)
            : Problem.NotFound("limit", id);
    }

    [Function("products-plans-limits-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/plans/{plan}/limits/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        if (await limits.FindAsync(owner, plan, id, cancel) is not { } stored)
        {
            return Problem.NotFound("limit", id);
        }

        var body = await Body.ReadAsync(
            request,
            PlansJson.Default.LimitInput,
            (input, errors) => input.Check(errors, stored.Value.Id),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var replaced = stored.Value with { Value = input.Value!.Value };
        var (outcome, tag) = await limits.ReplaceAsync(owner, plan, replaced, ifMatch, cancel);
        if (outcome == Write.Done)
        {
            await news.TellAsync(owner);
        }

        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, PlansJson.Default.PlanLimit, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("limit", id),
        };
    }

    [Function("products-plans-limits-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/plans/{plan}/limits/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        var deleted = await limits.DeleteAsync(owner, plan, id, ifMatch, cancel);

        // Gone already: likewise.
        if (deleted is Write.Done or Write.Missing)
        {
            await news.TellAsync(owner);
        }

        return deleted switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("limit", id),
        };
    }
}
