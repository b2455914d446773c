using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>REST surface of metrics.</summary>
internal sealed class MetricsApi(ProductsTable products, MetricsTable metrics)
{
    [Function("products-metrics-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            MetricsJson.Default.MetricInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var created = input.ToMetric(input.SystemName!);
        var (outcome, tag) = await metrics.AddAsync(owner, created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/products/{product}/metrics/{created.SystemName}", created, MetricsJson.Default.Metric, tag)
            : Problem.AlreadyExists("metric", created.SystemName);
    }

    [Function("products-metrics-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        return await products.FindAsync(product, cancel) is { Value: var owner }
            ? Answer.Ok(await metrics.ListAsync(owner, paging, cancel), MetricsJson.Default.ListingMetric)
            : Problem.NotFound("product", product);
    }

    [Function("products-metrics-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await metrics.FindAsync(owner, metric, cancel) is { } stored
            ? Answer.Ok(stored.Value, MetricsJson.Default.Metric, stored.ETag)
            : Problem.NotFound("metric", metric);
    }

    [Function("products-metrics-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            MetricsJson.Default.MetricInput,
            (input, errors) => input.Check(errors, metric),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var replaced = input.ToMetric(metric);
        var (outcome, tag) = await metrics.ReplaceAsync(owner, replaced, ifMatch, cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, MetricsJson.Default.Metric, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("metric", metric),
        };
    }

    [Function("products-metrics-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
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

        if (metric == PartKinds.Hits)
        {
            return Problem.InUse($"The metric '{PartKinds.Hits}' is part of every product.");
        }

        return await metrics.DeleteAsync(owner, metric, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse("A mapping rule or a limit names this metric: delete or change it first."),
            _ => Problem.NotFound("metric", metric),
        };
    }
}
