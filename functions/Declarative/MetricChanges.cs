using Azure;
using Serverless.Functions.Backends;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Who has metrics and mapping rules: a product or a backend, as it will be.</summary>
/// <param name="Address">In the API.</param>
/// <param name="Parts">Where they are.</param>
/// <param name="IsPlannedAsync">Whether a plan names a metric.</param>
internal sealed record ChangedOwner(string Address, Parts Parts, Func<string, CancellationToken, Task<bool>> IsPlannedAsync);

/// <summary>What becomes of metrics.</summary>
internal static class MetricChanges
{
    public static void Put(ChangeList changes, ChangedOwner owner, IEnumerable<Wanted<Metric>> wanted)
    {
        foreach (var metric in wanted)
        {
            changes.Put(
                Address(owner, metric.Value),
                metric,
                MetricsJson.Default.Metric,
                async cancel => (await MetricsTable.AddAsync(owner.Parts, metric.Value, cancel)).Outcome == Write.Done,
                (tag, cancel) => ReplaceAsync(owner.Parts, metric.Value, tag, cancel));
        }
    }

    /// <summary>After everything that names them.</summary>
    public static void Rest(
        ChangeList changes,
        ChangedOwner owner,
        IReadOnlyList<Stored<Metric>> present,
        IReadOnlyList<Wanted<Metric>>? wanted,
        bool prune)
    {
        // The first metric is part of everything that has metrics.
        foreach (var isFirst in new[] { true, false })
        {
            changes.Rest(
                present.Where(metric => metric.Value.SystemName == FirstMetric.Name == isFirst),
                wanted,
                prune && !isFirst,
                metric => Address(owner, metric),
                MetricsJson.Default.Metric,
                async (metric, tag, cancel) => await MetricsTable.DeleteAsync(
                    owner.Parts,
                    metric.SystemName,
                    tag,
                    stop => owner.IsPlannedAsync(metric.SystemName, stop),
                    cancel) == Write.Done);
        }
    }

    // The first metric of what was made by this very document got a tag with it.
    private static async Task<bool> ReplaceAsync(Parts parts, Metric metric, ETag tag, CancellationToken cancel)
    {
        var ifMatch = tag == default ? (await MetricsTable.FindAsync(parts, metric.SystemName, cancel))?.ETag : tag;
        return ifMatch is { } known && (await MetricsTable.ReplaceAsync(parts, metric, known, cancel)).Outcome == Write.Done;
    }

    private static string Address(ChangedOwner owner, Metric metric) => $"{owner.Address}/metrics/{metric.SystemName}";
}
