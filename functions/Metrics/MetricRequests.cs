using Azure;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>Answers requests about metrics, whether they are a product's or a backend's.</summary>
internal static class MetricRequests
{
    // What is built in stays as it is for as long as this process runs, and longer.
    private const string BuiltinTag = "\"builtin\"";

    public static async Task<IResult> CreateAsync(HttpRequest request, MetricOwner owner, CancellationToken cancel)
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

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        var created = input.ToMetric(input.SystemName!);
        var (outcome, tag) = await MetricsTable.AddAsync(parts, created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"{owner.Address}/metrics/{created.SystemName}", created, MetricsJson.Default.Metric, tag)
            : Problem.AlreadyExists("metric", created.SystemName);
    }

    public static async Task<IResult> ListAsync(HttpRequest request, MetricOwner owner, CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem) || !MetricFilter.TryRead(request, out var filter, out problem))
        {
            return problem;
        }

        return await owner.FindPartsAsync(cancel) is { } parts
            ? Answer.Ok(await MetricsTable.ListAsync(parts, owner.Builtins, filter.Passes, paging, cancel), MetricsJson.Default.ListingMetric)
            : owner.Missing;
    }

    public static async Task<IResult> GetAsync(MetricOwner owner, string metric, CancellationToken cancel)
    {
        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        return FindBuiltin(owner, metric) is { } builtin ? Answer.Ok(builtin, MetricsJson.Default.Metric, BuiltinTag)
            : await MetricsTable.FindAsync(parts, metric, cancel) is { } stored
            ? Answer.Ok(stored.Value, MetricsJson.Default.Metric, stored.ETag)
            : Problem.NotFound("metric", metric);
    }

    public static async Task<IResult> ReplaceAsync(
        HttpRequest request,
        MetricOwner owner,
        string metric,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        if (await owner.FindPartsAsync(cancel) is not { } parts)
        {
            return owner.Missing;
        }

        if (FindBuiltin(owner, metric) is not null)
        {
            return Builtin(metric);
        }

        if (await MetricsTable.FindAsync(parts, metric, cancel) is not { } stored)
        {
            return Problem.NotFound("metric", metric);
        }

        var body = await Body.ReadAsync(
            request,
            MetricsJson.Default.MetricInput,
            (input, errors) => input.Check(errors, stored.Value),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(parts, metric, input, ifMatch, cancel));
    }

    /// <summary>Deletes a metric, unless something names it: a rule of its owner, or a plan.</summary>
    public static async Task<IResult> DeleteAsync(
        HttpRequest request,
        MetricOwner owner,
        string metric,
        Func<Parts, CancellationToken, Task<bool>> isInPlanAsync,
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

        if (FindBuiltin(owner, metric) is not null)
        {
            return Builtin(metric);
        }

        if (metric == FirstMetric.Name)
        {
            return Problem.InUse($"The metric '{FirstMetric.Name}' is part of every {owner.Kind}.");
        }

        return await MetricsTable.DeleteAsync(parts, metric, ifMatch, stop => isInPlanAsync(parts, stop), cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse(
                "A rule, a limit or a pricing rule names this metric: delete or change it first."),
            _ => Problem.NotFound("metric", metric),
        };
    }

    // Left out, the parent stays what it is: under the condition that this still is the metric that is read here.
    private static async Task<IResult> ReplaceAsync(
        Parts parts,
        string metric,
        MetricInput input,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (await MetricsTable.FindAsync(parts, metric, cancel) is not { } stored)
        {
            return Problem.NotFound("metric", metric);
        }

        var replaced = input.ToMetric(metric, stored.Value);
        var (outcome, tag) = await MetricsTable.ReplaceAsync(parts, replaced, ifMatch.OrThis(stored.ETag), cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, MetricsJson.Default.Metric, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("metric", metric),
        };
    }

    private static Metric? FindBuiltin(MetricOwner owner, string metric) =>
        owner.Builtins.FirstOrDefault(builtin => builtin.SystemName == metric);

    private static Problem Builtin(string metric) => Problem.Of(
        409,
        "builtin_metric",
        "Built in.",
        $"The metric '{metric}' is part of every product, and nobody changes or deletes it.");
}
