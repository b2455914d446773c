using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MappingRules;

/// <summary>REST surface of mapping rules.</summary>
internal sealed class RulesApi(ProductsTable products, RulesTable rules, TimeProvider clock)
{
    [Function("products-mapping-rules-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/mapping-rules")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            MappingRulesJson.Default.RuleInput,
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

        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        var created = input.ToRule(id, input.Position ?? await rules.NextPositionAsync(owner, cancel));
        var (outcome, tag) = await rules.AddAsync(owner, created, cancel);
        return outcome == RuleWrite.Done
            ? Answer.Created($"/api/products/{product}/mapping-rules/{created.Id}", created, MappingRulesJson.Default.Rule, tag)
            : Refuse(outcome, created);
    }

    [Function("products-mapping-rules-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/mapping-rules")] HttpRequest request,
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

        var after = (await rules.AllAsync(owner, cancel)).Where(r => string.CompareOrdinal(Order(r), paging.After) > 0);
        return Answer.Ok(
            await paging.CutAsync(after.ToAsyncEnumerable(), Order, rule => rule, cancel),
            MappingRulesJson.Default.ListingRule);
    }

    [Function("products-mapping-rules-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await rules.FindAsync(owner, rule, cancel) is { } stored
            ? Answer.Ok(stored.Value, MappingRulesJson.Default.Rule, stored.ETag)
            : Problem.NotFound("mapping rule", rule);
    }

    [Function("products-mapping-rules-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            MappingRulesJson.Default.RuleInput,
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

        if (await rules.FindAsync(owner, rule, cancel) is not { } stored)
        {
            return Problem.NotFound("mapping rule", rule);
        }

        // Left out, the position stays what it is: under the condition that it still is what was read here.
        var replaced = input.ToRule(rule, stored.Value.Position);
        var (outcome, tag) = await rules.ReplaceAsync(owner, replaced, ifMatch.OrThis(stored.ETag), cancel);
        return outcome == RuleWrite.Done
            ? Answer.Ok(replaced, MappingRulesJson.Default.Rule, tag)
            : Refuse(outcome, replaced);
    }

    [Function("products-mapping-rules-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/mapping-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
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

        return await rules.DeleteAsync(owner, rule, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("mapping rule", rule),
        };
    }

    // Sorts as the rules do, and so serves as the key to continue a list after.
    private static string Order(Rule rule) => $"{rule.Position.ToString("D10", CultureInfo.InvariantCulture)}|{rule.Id}";

    private static Problem Refuse(RuleWrite outcome, Rule rule) => outcome switch
    {
        RuleWrite.NoMetric => Problem.Invalid(
            [new("/metric", "unknown_metric", $"The product has no metric '{rule.Metric}'.")]),
        RuleWrite.Stale => Problem.Stale(),
        _ => Problem.NotFound("mapping rule", rule.Id),
    };
}
