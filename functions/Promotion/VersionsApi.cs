using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of versions by number, and of what an environment serves of all products.</summary>
internal sealed class VersionsApi(
    ProductsTable products,
    SnapshotsTable snapshots,
    EnvironmentsTable environments,
    AddressClaims claims)
{
    [Function("products-versions-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/versions/{version}")] HttpRequest request,
        string product,
        string version,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && await snapshots.FindAsync(owner, number, cancel) is { } made
                ? Answer.Ok(
                    new(
                        product,
                        number,
                        made.CreatedAt,
                        ShownSnapshot.Of(await snapshots.GetAsync(owner, number, cancel))),
                    PromotionJson.Default.MadeVersion)
                : Problem.NotFound("version", version);
    }

    [Function("configs-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/configs/{environment}")] HttpRequest request,
        string environment,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        if (environment is not (Environments.Staging or Environments.Production))
        {
            return Problem.NotFound("environment", environment);
        }

        if (request.Query.TryGetValue("host", out var host))
        {
            return Answer.Ok(
                new(await OnHostAsync(environment, host.ToString(), cancel), null),
                PromotionJson.Default.ListingServedProduct);
        }

        var part = await environments.ListAsync(environment, paging, cancel);
        var current = await Task.WhenAll(part.Items.Select(record => IsCurrentAsync(record, cancel)));
        return Answer.Ok(
            new([.. part.Items.Where((_, index) => current[index]).Select(ServedProduct.Of)], part.Next),
            PromotionJson.Default.ListingServedProduct);
    }

    // Pointers outlive their product, so that its deletion is one write.
    private async Task<bool> IsCurrentAsync(EnvironmentRecord record, CancellationToken cancel) =>
        (await products.FindAsync(record.Product, cancel))?.Value.Generation == record.Generation;

    private async Task<IReadOnlyList<ServedProduct>> OnHostAsync(string environment, string host, CancellationToken cancel)
    {
        var served = new List<ServedProduct>();
        await foreach (var claim in claims.ReadAsync(host, cancel))
        {
            if (claim.Environment == environment
                && await products.FindAsync(claim.Product, cancel) is { Value: var product }
                && await environments.FindAsync(environment, product, cancel) is { } record
                && PublicAddress.Of(record.PublicBaseUrl) == claim.Address)
            {
                served.Add(ServedProduct.Of(record));
            }
        }

        return served;
    }
}
