using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.MappingRules;

/// <summary>REST surface of the mapping rules of backends.</summary>
internal sealed class BackendRulesApi(MetricOwners owners, RuleRequests rules)
{
    [Function("backends-mapping-rules-create")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/backends/{backend}/mapping-rules")] HttpRequest request,
        string backend,
        CancellationToken cancel) => rules.CreateAsync(request, owners.Backend(backend), cancel);

    [Function("backends-mapping-rules-list")]
    [CalledBy(Scope.Read)]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends/{backend}/mapping-rules")] HttpRequest request,
        string backend,
        CancellationToken cancel) => RuleRequests.ListAsync(request, owners.Backend(backend), cancel);

    [Function("backends-mapping-rules-get")]
    [CalledBy(Scope.Read)]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends/{backend}/mapping-rules/{rule}")] HttpRequest request,
        string backend,
        string rule,
        CancellationToken cancel) => RuleRequests.GetAsync(owners.Backend(backend), rule, cancel);

    [Function("backends-mapping-rules-replace")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/backends/{backend}/mapping-rules/{rule}")] HttpRequest request,
        string backend,
        string rule,
        CancellationToken cancel) => RuleRequests.ReplaceAsync(request, owners.Backend(backend), rule, cancel);

    [Function("backends-mapping-rules-delete")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/backends/{backend}/mapping-rules/{rule}")] HttpRequest request,
        string backend,
        string rule,
        CancellationToken cancel) => RuleRequests.DeleteAsync(request, owners.Backend(backend), rule, cancel);
}
