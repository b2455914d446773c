using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Metrics;

/// <summary>REST surface of the metrics of products.</summary>
internal sealed class MetricsApi(MetricOwners owners, ProductsTable products, ProductMetrics metrics)
{
    [Function("products-metrics-create")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel) => MetricRequests.CreateAsync(request, owners.Product(product), cancel);

    [Function("products-metrics-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!request.Query.TryGetValue("backends", out var backends) || backends == "false")
        {
            return await MetricRequests.ListAsync(request, owners.Product(product), cancel);
        }

        if (backends != "true")
        {
            return Problem.Of(400, "invalid_backends", "Neither true nor false.", "?backends= takes true or false.");
        }

        if (!Paging.TryRead(request, out var paging, out var problem) || !MetricFilter.TryRead(request, out var filter, out problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        // One list, the product's own first: read whole, since a page may end within any backend's.
        var all = (await metrics.AllAsync(owner, cancel))
            .Where(filter.Passes)
            .OrderBy(Order, StringComparer.Ordinal)
            .Where(metric => string.CompareOrdinal(Order(metric), paging.After) > 0);
        return Answer.Ok(
            await paging.CutAsync(all.ToAsyncEnumerable(), Order, metric => metric, cancel),
            MetricsJson.Default.ListingMetric);
    }

    [Function("products-metrics-get")]
    [CalledBy(Scope.Read)]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
        CancellationToken cancel) => MetricRequests.GetAsync(owners.Product(product), metric, cancel);

    [Function("products-metrics-replace")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
        CancellationToken cancel) => MetricRequests.ReplaceAsync(request, owners.Product(product), metric, cancel);

    [Function("products-metrics-delete")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/metrics/{metric}")] HttpRequest request,
        string product,
        string metric,
        CancellationToken cancel) => MetricRequests.DeleteAsync(
            request,
            owners.Product(product),
            metric,
            (parts, stop) => MetricReferences.AnyInProductAsync(parts, metric, stop),
            cancel);

    // Sorts own metrics before built-in ones, these before those of backends, and serves as the key to continue a list after. A space comes before
    // every character of a name.
    private static string Order(Metric metric) =>
        BackendMetric.Split(metric.SystemName) is (var name, var backend) ? $"2 {backend} {name}"
        : metric.Builtin == true ? BuiltinMetric.Order("1", metric)
        : $"1 {metric.SystemName}";
}
