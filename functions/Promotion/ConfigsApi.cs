using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of the versions of a product and of what its environments serve, for reading.</summary>
internal sealed class ConfigsApi(
    ProductsTable products,
    SnapshotsTable snapshots,
    EnvironmentsTable environments,
    Foresight foresight)
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

        if (await products.FindAsync(product, cancel) is not { Value: var owner }
            || await foresight.ToStagingAsync(owner, cancel) is not { } changes)
        {
            return Problem.NotFound("product", product);
        }

        var versions = await snapshots.ListAsync(owner, paging, cancel);
        var production = (await environments.FindAsync(Environments.Production, owner, cancel))?.Version;
        return Answer.Ok(
            new(
                [
                    .. versions.Items.Select(version => new ListedVersion(
                        version.Number,
                        version.CreatedAt,
                        version.Number == changes.FromVersion,
                        version.Number == production)),
                ],
                versions.Next,
                changes.Pending),
            PromotionJson.Default.VersionHistory);
    }

    [Function("products-configs-history")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> HistoryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/configs/{environment}/history")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel)
    {
        var (record, _, problem) = await FindAsync(product, environment, cancel);
        return record is null ? problem! : Answer.Ok(ServedHistory.Of(record), PromotionJson.Default.ServedHistory);
    }

    [Function("products-configs-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/configs/{environment}")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel)
    {
        var (record, owner, problem) = await FindAsync(product, environment, cancel);
        return record is null
            ? problem!
            : Answer.Ok(
                ServedVersion.Of(new(record, await snapshots.GetAsync(owner!, record.Version, cancel), IsNew: false)),
                PromotionJson.Default.ServedVersion,
                record.ETag);
    }

    [Function("products-changes-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ChangesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/changes")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var to = request.Query.TryGetValue("to", out var asked) ? asked.ToString() : Environments.Staging;
        if (to is not (Environments.Staging or Environments.Production))
        {
            return Problem.Of(
                400,
                "invalid_to",
                "The environment is not valid.",
                $"?to= takes {Environments.Staging} or {Environments.Production}.");
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        if (to == Environments.Production)
        {
            return await foresight.ToProductionAsync(owner, cancel) is { } staged
                ? Answer.Ok(staged, PromotionJson.Default.DraftChanges)
                : Problem.NotFound("promoted version in environment", Environments.Staging);
        }

        return await foresight.ToStagingAsync(owner, cancel) is { } changes
            ? Answer.Ok(changes, PromotionJson.Default.DraftChanges)
            : Problem.NotFound("product", product);
    }

    private async Task<(EnvironmentRecord? Record, Product? Owner, Problem? Problem)> FindAsync(
        string product,
        string environment,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return (null, null, Problem.NotFound("product", product));
        }

        if (environment is not (Environments.Staging or Environments.Production))
        {
            return (null, null, Problem.NotFound("environment", environment));
        }

        return await environments.FindAsync(environment, owner, cancel) is { } record
            ? (record, owner, null)
            : (null, null, Problem.NotFound("promoted version in environment", environment));
    }
}
