using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metrics;

/// <summary>REST surface of the metrics of products.</summary>
internal sealed class MetricsApi(MetricOwners owners)
{
    [Function("products-metrics-create")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel) => MetricRequests.CreateAsync(request, owners.Product(product), cancel);

    [Function("products-metrics-list")]
    [CalledBy(Scope.Read)]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/metrics")] HttpRequest request,
        string product,
        CancellationToken cancel) => MetricRequests.ListAsync(request, owners.Product(product), cancel);

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
}
