using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MappingRules;

/// <summary>Answers requests about mapping rules, whether they are a product's or a backend's.</summary>
internal sealed class RuleRequests(TimeProvider clock)
{
    public async Task<IResult> CreateAsync(HttpRequest request, MetricOwner owner, CancellationToken cancel)
    {
        var body = await ReadAsync(request, cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        var created = input.ToRule(id, input.Position ?? await RulesTable.NextPositionAsync(parts, cancel));
        var (outcome, tag) = await RulesTable.AddAsync(parts, created, cancel);
        return outcome == RuleWrite.Done
            ? Answer.Created($"{owner.Address}/mapping-rules/{created.Id}", created, MappingRulesJson.Default.Rule, tag)
            : Refuse(outcome, owner, created);
    }

    public static async Task<IResult> ListAsync(HttpRequest request, MetricOwner owner, CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        var after = (await RulesTable.AllAsync(parts, cancel)).Where(r => string.CompareOrdinal(Order(r), paging.After) > 0);
        return Answer.Ok(
            await paging.CutAsync(after.ToAsyncEnumerable(), Order, rule => rule, cancel),
            MappingRulesJson.Default.ListingRule);
    }

    public static async Task<IResult> GetAsync(MetricOwner owner, string rule, CancellationToken cancel)
    {
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await RulesTable.FindAsync(parts, rule, cancel) is { } stored
            ? Answer.Ok(stored.Value, MappingRulesJson.Default.Rule, stored.ETag)
            : Problem.NotFound("mapping rule", rule);
    }

    public static async Task<IResult> ReplaceAsync(
        HttpRequest request,
        MetricOwner owner,
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

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await ifMatch.ChangeAsync(async () =>
        {
            if (await RulesTable.FindAsync(parts, rule, cancel) is not { } stored)
            {
                return Problem.NotFound("mapping rule", rule);
            }

            // Left out, the position stays what it is: under the condition that it still is what was read here.
            var replaced = input.ToRule(rule, stored.Value.Position);
            var (outcome, tag) = await RulesTable.ReplaceAsync(parts, replaced, ifMatch.OrThis(stored.ETag), cancel);
            return outcome == RuleWrite.Done
                ? Answer.Ok(replaced, MappingRulesJson.Default.Rule, tag)
                : Refuse(outcome, owner, replaced);
        });
    }

    public static async Task<IResult> DeleteAsync(
        HttpRequest request,
        MetricOwner owner,
        string rule,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return await RulesTable.DeleteAsync(parts, rule, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("mapping rule", rule),
        };
    }

    private static Task<Body<RuleInput>> ReadAsync(HttpRequest request, CancellationToken cancel) => Body.ReadAsync(
        request,
        MappingRulesJson.Default.RuleInput,
        (input, errors) => input.Check(errors),
        cancel);

    // Sorts as the rules do, and so serves as the key to continue a list after.
    private static string Order(Rule rule) => $"{rule.Position.ToString("D10", CultureInfo.InvariantCulture)}|{rule.Id}";

    private static Problem Refuse(RuleWrite outcome, MetricOwner owner, Rule rule) => outcome switch
    {
        RuleWrite.NoMetric => Problem.Invalid(
            [new("/metric", "unknown_metric", $"The {owner.Kind} has no metric '{rule.Metric}'.")]),
        RuleWrite.Stale => Problem.Stale(),
        _ => Problem.NotFound("mapping rule", rule.Id),
    };
}
