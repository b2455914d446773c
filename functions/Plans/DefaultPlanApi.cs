using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Plans;

/// <summary>REST surface of which plan is a product's default.</summary>
internal sealed class DefaultPlanApi(ProductsTable products, PlansTable plans, DefaultPlan defaultPlan)
{
    [Function("products-plans-make-default")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> MakeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/plans/{plan}:make-default")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await defaultPlan.SetAsync(owner, plan, ifMatch, cancel) switch
        {
            Defaulting.Done when await plans.FindAsync(owner, plan, cancel) is { } stored =>
                Answer.Ok(stored.Value, PlansJson.Default.Plan, stored.ETag),
            Defaulting.Stale => Problem.Stale(),
            Defaulting.Custom => Problem.Of(
                409,
                "custom_plan",
                "A custom plan.",
                $"Plan '{Text.Shorten(plan)}' is for one application alone: it cannot be the default."),
            _ => Problem.NotFound("plan", plan),
        };
    }

    [Function("products-plans-clear-default")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ClearAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/plans:clear-default")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        await defaultPlan.ClearAsync(owner, cancel);
        return Answer.Deleted;
    }
}
