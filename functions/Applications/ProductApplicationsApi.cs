using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of the applications that may use a product.</summary>
internal sealed class ProductApplicationsApi(ProductsTable products, PlansTable plans, ApplicationList list)
{
    [Function("products-applications-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/applications")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var notes = await plans.ListApplicationsAsync(owner, null, paging, cancel);
        return Answer.Ok(await list.ReadAsync(notes, ApplicationList.IsOnPlan, cancel), ApplicationsJson.Default.ListingApplication);
    }
}
