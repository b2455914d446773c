using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>
/// Metrics of a product: rows <c>metric|{name}</c>, each with a guard that everything touches which refers to the metric.
/// </summary>
internal sealed class MetricsTable(ProductParts parts)
{
    /// <summary>
    /// For the transaction that writes a rule or limit which refers to the metric: Missing when there is none.
    /// </summary>
    public static TableTransactionAction Touch(Product product, string metric) =>
        Guard.Touch(product.Partition, RowKey(metric));

    public static Metric Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        Unit = row.GetString("Unit"),
        Description = row.GetString("Description"),
    };

    public async Task<Stored<Metric>?> FindAsync(Product product, string name, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, RowKey(name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Product product, Metric metric, CancellationToken cancel)
    {
        var row = Row(product, metric);
        var submitted = await parts.Table.SubmitAsync(
            [Table.Add(row), Guard.Add(product.Partition, RowKey(metric.SystemName))],
            cancel);
        return (submitted.Outcome, row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        Metric metric,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(product, metric);
        return (await parts.Table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale or Missing; Exists when a rule or a limit refers to it.</summary>
    public async Task<Write> DeleteAsync(Product product, string name, ETag ifMatch, CancellationToken cancel)
    {
        if (await parts.Table.CloseAsync(product.Partition, RowKey(name), cancel) is not { } guard)
        {
            return Write.Missing;
        }

        if (await IsReferredToAsync(product, PartKinds.Rule, name, cancel)
            || await IsReferredToAsync(product, PartKinds.Limit, name, cancel))
        {
            return Write.Exists;
        }

        var submitted = await parts.Table.SubmitAsync(
            [Table.Delete(product.Partition, RowKey(name), ifMatch), guard],
            cancel);
        return submitted switch
        {
            // Something began to refer to it just now: it is found by looking again.
            { FailedAction: 1, Outcome: Write.Stale } => await DeleteAsync(product, name, ifMatch, cancel),
            _ => submitted.Outcome,
        };
    }

    public Task<Listing<Metric>> ListAsync(Product product, Paging paging, CancellationToken cancel) => paging.CutAsync(
        parts.Table.ReadKindAsync(product.Partition, PartKinds.Metric, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private static string RowKey(string name) => Key.Of(PartKinds.Metric, name);

    private static TableEntity Row(Product product, Metric metric) => new(product.Partition, RowKey(metric.SystemName))
    {
        ["SystemName"] = metric.SystemName,
        ["Name"] = metric.Name,
        ["Unit"] = metric.Unit,
        ["Description"] = metric.Description,
    };

    private async Task<bool> IsReferredToAsync(Product product, string kind, string metric, CancellationToken cancel) =>
        await parts.Table.ReadKindAsync(product.Partition, kind, cancel)
            .AnyAsync(row => row.GetString(PartKinds.MetricColumn) == metric, cancel);
}
