using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of what the environments of a product serve, for reading.</summary>
internal sealed class ConfigsApi(ProductsTable products, SnapshotsTable snapshots, EnvironmentsTable environments)
{
    [Function("products-configs-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/configs")] HttpRequest request,
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

        var versions = await snapshots.ListAsync(owner, paging, cancel);
        var staging = (await environments.FindAsync(Environments.Staging, owner, cancel))?.Version;
        var production = (await environments.FindAsync(Environments.Production, owner, cancel))?.Version;
        return Answer.Ok(
            new(
                [
                    .. versions.Items.Select(version => new ListedVersion(
                        version.Number,
                        version.CreatedAt,
                        version.Number == staging,
                        version.Number == production)),
                ],
                versions.Next),
            PromotionJson.Default.ListingListedVersion);
    }

    [Function("products-configs-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/configs/{environment}")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        if (environment is not (Environments.Staging or Environments.Production))
        {
            return Problem.NotFound("environment", environment);
        }

        return await environments.FindAsync(environment, owner, cancel) is { } record
            ? Answer.Ok(
                new(
                    product,
                    environment,
                    record.Version,
                    record.PromotedAt,
                    await snapshots.GetAsync(owner, record.Version, cancel)),
                PromotionJson.Default.ServedVersion,
                record.ETag)
            : Problem.NotFound("promoted version in environment", environment);
    }
}
