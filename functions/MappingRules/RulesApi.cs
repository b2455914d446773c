using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.MappingRules;

/// <summary>REST surface of the mapping rules of products.</summary>
internal sealed class RulesApi(MetricOwners owners, RuleRequests rules)
{
    [Function("products-mapping-rules-create")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/mapping-rules")] HttpRequest request,
        string product,
        CancellationToken cancel) => rules.CreateAsync(request, owners.Product(product), cancel);

    [Function("products-mapping-rules-list")]
    [CalledBy(Scope.Read)]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/mapping-rules")] HttpRequest request,
        string product,
        CancellationToken cancel) => RuleRequests.ListAsync(request, owners.Product(product), cancel);

    [Function("products-mapping-rules-get")]
    [CalledBy(Scope.Read)]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel) => RuleRequests.GetAsync(owners.Product(product), rule, cancel);

    [Function("products-mapping-rules-replace")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel) => RuleRequests.ReplaceAsync(request, owners.Product(product), rule, cancel);

    [Function("products-mapping-rules-delete")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel) => RuleRequests.DeleteAsync(request, owners.Product(product), rule, cancel);
}
