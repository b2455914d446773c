using Serverless.Functions.Backends;
using Serverless.Functions.Products;

namespace Serverless.Functions.Metrics;

/// <summary>
/// Everything that a product counts: its own metrics, built-in ones, and those of the backends that it uses. Reads two ranges of the
/// product's partition and, at once for all backends, one row and one range for each.
/// </summary>
internal sealed class ProductMetrics(ProductParts parts, BackendsTable backends, BackendParts backendParts)
{
    /// <summary>How the metrics of a product roll up.</summary>
    public async Task<MetricTree> ReadAsync(Product product, CancellationToken cancel) =>
        new(await AllAsync(product, cancel));

    /// <summary>The product's own metrics by name, built-in ones, then those of each backend, by the name that they have in the product.</summary>
    public async Task<IReadOnlyList<Metric>> AllAsync(Product product, CancellationToken cancel)
    {
        var own = MetricsTable.AllAsync(parts.Of(product), cancel);
        var used = await parts.Of(product).ReadKindAsync(PartKinds.Usage, cancel)
            .Select(row => UsedBackendsTable.Read(row).Backend)
            .ToListAsync(cancel);
        var theirs = await Task.WhenAll(used.Select(backend => OfBackendAsync(backend, cancel)));
        return [.. await own, .. BuiltinMetric.All, .. theirs.SelectMany(metrics => metrics)];
    }

    private async Task<IEnumerable<Metric>> OfBackendAsync(string name, CancellationToken cancel)
    {
        // One that is gone was taken out of the product first, since the usages were read.
        if (await backends.FindAsync(name, cancel) is not { Value: var backend })
        {
            return [];
        }

        var metrics = await MetricsTable.AllAsync(backendParts.Of(backend), cancel);
        return metrics.Select(metric => BackendMetric.InProduct(metric, name));
    }
}
