using Serverless.Contracts;
using Serverless.Functions.Applications;
using Serverless.Functions.Authorization;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Metering;

/// <summary>
/// Counts a report entry by entry, several at once, each in one transaction with a mark that it was. When it breaks off, what
/// was counted has its mark, and the report sent again counts the rest.
/// </summary>
internal sealed class ReportCounter(LivePlans livePlans, ApplicationsTable applications, UsageCounter counter)
{
    // An entry takes three round trips to storage, so a full report some two hundred.
    private const int AtOnce = 16;

    public async Task<UsageReportAnswer> CountAsync(UsageReportInput report, CancellationToken cancel)
    {
        var mark = UsageTable.Mark(report.Relay!, report.Sequence!.Value);
        var read = await EachAsync(report.Entries!, ReadAsync, cancel);
        var plans = new Dictionary<string, ProductPlans?>();
        foreach (var ofProduct in read.GroupBy(entry => entry.Product))
        {
            plans.Add(ofProduct.Key, await FindPlansAsync(ofProduct.Key, ofProduct, cancel));
        }

        return new() { Entries = await EachAsync(read, (entry, stop) => CountAsync(entry, plans[entry.Product], mark, stop), cancel) };
    }

    private async Task<ReadEntry> ReadAsync(UsageEntryInput entry, CancellationToken cancel)
    {
        var application = await applications.FindAsync(entry.Application!, cancel);
        return new(
            entry.Product!,
            entry.Application!,
            entry.Used().Where(used => used.Value > 0).ToDictionary(),
            application?.Value.Product == entry.Product ? application : null);
    }

    // What is not in the plans that were read may be newer than these. Looked at once for all entries.
    private async Task<ProductPlans?> FindPlansAsync(string product, IEnumerable<ReadEntry> entries, CancellationToken cancel) =>
        await livePlans.FindAsync(product, cancel) is not { } plans ? null
        : entries.All(entry => entry.Application is null || Knows(plans, entry.Application, entry.Usage.Keys)) ? plans
        : await livePlans.FindNewerAsync(product, plans, cancel);

    private static bool Knows(ProductPlans plans, ApplicationRecord application, IEnumerable<string> metrics) =>
        plans.Generation == application.ProductGeneration
        && plans.Plans.ContainsKey(application.Value.Plan)
        && metrics.All(plans.Metrics.Has);

    private async Task<UsageEntryAnswer> CountAsync(ReadEntry entry, ProductPlans? plans, string mark, CancellationToken cancel)
    {
        var answer = new UsageEntryAnswer { Product = entry.Product, Application = entry.Name, Active = false };
        if (plans is null || entry.Application is not { } application || application.ProductGeneration != plans.Generation)
        {
            return answer with { Unknown = true };
        }

        string[] unknown = [.. entry.Usage.Keys.Where(metric => !plans.Metrics.Has(metric)).Order(StringComparer.Ordinal)];
        answer = answer with { UnknownMetrics = unknown.Length > 0 ? unknown : null };
        if (!plans.Plans.TryGetValue(application.Value.Plan, out var plan))
        {
            return answer;
        }

        var usage = plans.Metrics.RollUp(entry.Usage.Where(used => plans.Metrics.Has(used.Key)));
        PlanLimit[] limits = [.. plan.Terms.Limits.Where(limit => usage.ContainsKey(limit.Metric))];
        var claim = new UsageClaim(limits, [.. plan.Terms.PricedMetrics.Where(usage.ContainsKey)], usage)
        {
            Watched = [.. plan.Metered.Union(limits)],
            Mark = mark,
        };
        var partition = Key.Of(application.Value.Id, application.Generation);
        await (claim.Counts ? counter.CountAsync(partition, claim) : counter.LookAsync(partition, claim, cancel));
        return answer with
        {
            Active = application is { Wanted: KeyState.Live, AccountActive: true },
            Limits = WatchedLimits.Of(claim),
        };
    }

    private static async Task<TResult[]> EachAsync<T, TResult>(
        IReadOnlyList<T> entries,
        Func<T, CancellationToken, Task<TResult>> workAsync,
        CancellationToken cancel)
    {
        var results = new TResult[entries.Count];
        await Parallel.ForAsync(
            0,
            entries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (index, stop) => results[index] = await workAsync(entries[index], stop));
        return results;
    }

    /// <summary>An entry, with its application if there is such a one of the product.</summary>
    private sealed record ReadEntry(
        string Product,
        string Name,
        IReadOnlyDictionary<string, long> Usage,
        ApplicationRecord? Application);
}
