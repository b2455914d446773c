using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metrics;

/// <summary>REST surface of the metrics of backends.</summary>
internal sealed class BackendMetricsApi(MetricOwners owners, MetricReferences references)
{
    [Function("backends-metrics-create")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/backends/{backend}/metrics")] HttpRequest request,
        string backend,
        CancellationToken cancel) => MetricRequests.CreateAsync(request, owners.Backend(backend), cancel);

    [Function("backends-metrics-list")]
    [CalledBy(Scope.Read)]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends/{backend}/metrics")] HttpRequest request,
        string backend,
        CancellationToken cancel) => MetricRequests.ListAsync(request, owners.Backend(backend), cancel);

    [Function("backends-metrics-get")]
    [CalledBy(Scope.Read)]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends/{backend}/metrics/{metric}")] HttpRequest request,
        string backend,
        string metric,
        CancellationToken cancel) => MetricRequests.GetAsync(owners.Backend(backend), metric, cancel);

    [Function("backends-metrics-replace")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/backends/{backend}/metrics/{metric}")] HttpRequest request,
        string backend,
        string metric,
        CancellationToken cancel) => MetricRequests.ReplaceAsync(request, owners.Backend(backend), metric, cancel);

    [Function("backends-metrics-delete")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/backends/{backend}/metrics/{metric}")] HttpRequest request,
        string backend,
        string metric,
        CancellationToken cancel) => MetricRequests.DeleteAsync(
            request,
            owners.Backend(backend),
            metric,
            (_, stop) => references.AnyToBackendAsync(backend, metric, stop),
            cancel);
}
