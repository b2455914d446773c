using Azure;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of metrics.</summary>
internal sealed class MetricChanges(MetricsTable metrics)
{
    public void Put(ChangeList changes, Product product, IEnumerable<Wanted<Metric>> wanted)
    {
        foreach (var metric in wanted)
        {
            changes.Put(
                Address(product, metric.Value),
                metric,
                MetricsJson.Default.Metric,
                async cancel => (await metrics.AddAsync(product, metric.Value, cancel)).Outcome == Write.Done,
                (tag, cancel) => ReplaceAsync(product, metric.Value, tag, cancel));
        }
    }

    /// <summary>After everything that names them.</summary>
    public void Rest(
        ChangeList changes,
        Product product,
        IReadOnlyList<Stored<Metric>> present,
        IEnumerable<Wanted<Metric>>? wanted,
        bool prune)
    {
        // The first metric is part of every product.
        foreach (var isFirst in new[] { true, false })
        {
            changes.Rest(
                present.Where(metric => metric.Value.SystemName == PartKinds.Hits == isFirst),
                wanted,
                prune && !isFirst,
                metric => Address(product, metric),
                MetricsJson.Default.Metric,
                async (metric, tag, cancel) =>
                    await metrics.DeleteAsync(product, metric.SystemName, tag, cancel) == Write.Done);
        }
    }

    // The first metric of what was made by this very document got a tag with it.
    private async Task<bool> ReplaceAsync(Product product, Metric metric, ETag tag, CancellationToken cancel)
    {
        var ifMatch = tag == default ? (await metrics.FindAsync(product, metric.SystemName, cancel))?.ETag : tag;
        return ifMatch is { } known && (await metrics.ReplaceAsync(product, metric, known, cancel)).Outcome == Write.Done;
    }

    private static string Address(Product product, Metric metric) => $"/api/products/{product.SystemName}/metrics/{metric.SystemName}";
}
