using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>
/// Writes what a plan says of a metric, and finds it when the metric is to be deleted. A plan may name the product's own
/// metrics and those of the backends that the product uses.
/// </summary>
/// <remarks>
/// The product's own metric, or its use of the backend, is touched in the transaction that writes. A backend's metric is in
/// another partition: it is touched before, to see that it is there, and once more after. Who deletes it in between either
/// finds what was written, or was first: then that is taken back. Where a crash keeps it from being taken back, it names a
/// metric that is not there, counts nothing, and can be read and deleted like any other.
/// </remarks>
internal sealed class MetricReferences(
    ProductParts parts,
    BackendsTable backends,
    BackendParts backendParts,
    BackendUses uses,
    StillUsed stillUsed)
{
    private static readonly Submitted NoMetric = new(Write.Missing, 0);

    /// <summary>
    /// Submits actions that write something which names a metric of the product: action 0 is the metric, Missing when
    /// there is none, and those given are 1 and up.
    /// </summary>
    /// <param name="product">Whose plan it is.</param>
    /// <param name="metric">The metric, as the product calls it.</param>
    /// <param name="actions">What to write.</param>
    /// <param name="takeBackAsync">Undoes what was written.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Submitted> SubmitAsync(
        Product product,
        string metric,
        IEnumerable<TableTransactionAction> actions,
        Func<Task> takeBackAsync,
        CancellationToken cancel)
    {
        if (!await TouchTheirsAsync(metric, cancel))
        {
            return NoMetric;
        }

        var submitted = await parts.Table.SubmitAsync([TouchOurs(product, metric), .. actions], cancel);
        if (submitted.Outcome != Write.Done || await TouchTheirsAsync(metric, cancel))
        {
            return submitted;
        }

        await takeBackAsync();
        return NoMetric;
    }

    /// <summary>Whether a plan of the product names this metric.</summary>
    public static Task<bool> AnyInProductAsync(Parts product, string metric, CancellationToken cancel) =>
        PlannedMetrics.AnyAsync(product, name => name == metric, cancel);

    /// <summary>Whether a plan of any product that uses the backend names this metric of it.</summary>
    public async Task<bool> AnyToBackendAsync(string backend, string metric, CancellationToken cancel)
    {
        var name = BackendMetric.NameOf(metric, backend);
        return await uses.ReadAsync(backend, cancel)
            .Select(noted => noted.Use)
            .Where(async (use, stop) => await stillUsed(use, stop))
            .AnyAsync(
                async (use, stop) => await AnyInProductAsync(
                    new Parts(parts.Table, Product.PartitionOf(use.Product, use.Generation)),
                    name,
                    stop),
                cancel);
    }

    // What is built in is there as long as the product is, and so is its first metric: touched in its place.
    private static TableTransactionAction TouchOurs(Product product, string metric) =>
        BackendMetric.Split(metric) is (_, var backend)
            ? Guard.Touch(product.Partition, Key.Of(PartKinds.Usage, backend))
            : MetricsTable.Touch(product, BuiltinMetrics.Has(metric) ? FirstMetric.Name : metric);

    private async Task<bool> TouchTheirsAsync(string metric, CancellationToken cancel)
    {
        if (BackendMetric.Split(metric) is not (var name, var used))
        {
            return true;
        }

        if (await backends.FindAsync(used, cancel) is not { Value: var backend })
        {
            return false;
        }

        var theirs = backendParts.Of(backend);
        var touched = await theirs.Table.SubmitAsync([MetricsTable.Touch(theirs, name)], cancel);
        return touched.Outcome == Write.Done;
    }
}
