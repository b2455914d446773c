using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MessageRules;

/// <summary>REST surface of the message rules of products.</summary>
internal sealed class MessageRulesApi(MetricOwners owners, TimeProvider clock)
{
    private const string Kind = "message rule";

    [Function("products-message-rules-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/message-rules")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await ReadAsync(request, cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var owner = owners.Product(product);
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        var created = input.ToRule(id, input.Position ?? await MessageRulesTable.NextPositionAsync(parts, cancel));
        var (outcome, tag) = await MessageRulesTable.AddAsync(parts, created, cancel);
        return outcome == RuleWrite.Done
            ? Answer.Created($"{owner.Address}/message-rules/{id}", created, MessageRulesJson.Default.MessageRuleDraft, tag)
            : Refuse(outcome, created);
    }

    [Function("products-message-rules-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/message-rules")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        var owner = owners.Product(product);
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        var after = (await MessageRulesTable.AllAsync(parts, cancel))
            .Where(rule => string.CompareOrdinal(Order(rule), paging.After) > 0);
        return Answer.Ok(
            await paging.CutAsync(after.ToAsyncEnumerable(), Order, rule => rule, cancel),
            MessageRulesJson.Default.ListingMessageRuleDraft);
    }

    [Function("products-message-rules-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/message-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel)
    {
        var owner = owners.Product(product);
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await MessageRulesTable.FindAsync(parts, rule, cancel) is { } stored
            ? Answer.Ok(stored.Value, MessageRulesJson.Default.MessageRuleDraft, stored.ETag)
            : Problem.NotFound(Kind, rule);
    }

    [Function("products-message-rules-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/message-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await ReadAsync(request, cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var owner = owners.Product(product);
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await ifMatch.ChangeAsync(async () =>
        {
            if (await MessageRulesTable.FindAsync(parts, rule, cancel) is not { } stored)
            {
                return Problem.NotFound(Kind, rule);
            }

            // Left out, the position stays what it is: under the condition that it still is what was read here.
            var replaced = input.ToRule(rule, stored.Value.Position);
            var (outcome, tag) = await MessageRulesTable.ReplaceAsync(parts, replaced, ifMatch.OrThis(stored.ETag), cancel);
            return outcome == RuleWrite.Done
                ? Answer.Ok(replaced, MessageRulesJson.Default.MessageRuleDraft, tag)
                : Refuse(outcome, replaced);
        });
    }

    [Function("products-message-rules-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/message-rules/{rule}")] HttpRequest request,
        string product,
        string rule,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        var owner = owners.Product(product);
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await MessageRulesTable.DeleteAsync(parts, rule, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound(Kind, rule),
        };
    }

    private static Task<Body<MessageRuleInput>> ReadAsync(HttpRequest request, CancellationToken cancel) => Body.ReadAsync(
        request,
        MessageRulesJson.Default.MessageRuleInput,
        (input, errors) => input.Check(errors),
        cancel);

    // Sorts as the rules do, and so serves as the key to continue a list after.
    private static string Order(MessageRuleDraft rule) =>
        $"{rule.Position.ToString("D10", CultureInfo.InvariantCulture)}|{rule.Id}";

    private static Problem Refuse(RuleWrite outcome, MessageRuleDraft rule) => outcome switch
    {
        RuleWrite.NoMetric => Problem.Invalid(
            [new("/metric", "unknown_metric", $"The product has no metric '{rule.Metric}' of its own.")]),
        RuleWrite.Stale => Problem.Stale(),
        _ => Problem.NotFound(Kind, rule.Id),
    };
}
