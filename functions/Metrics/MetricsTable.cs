using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>
/// Metrics of a product or of a backend: rows <c>metric|{name}</c> among its parts, each with a guard that everything
/// touches which refers to the metric.
/// </summary>
internal static class MetricsTable
{
    /// <summary>
    /// For the transaction that writes what refers to the metric: Missing when there is none.
    /// </summary>
    public static TableTransactionAction Touch(Parts parts, string metric) => Guard.Touch(parts.Partition, RowKey(metric));

    public static TableTransactionAction Touch(Product product, string metric) =>
        Guard.Touch(product.Partition, RowKey(metric));

    public static Metric Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        Unit = row.GetString("Unit"),
        Description = row.GetString("Description"),
        Parent = row.GetString("Parent"),
    };

    public static async Task<Stored<Metric>?> FindAsync(Parts parts, string name, CancellationToken cancel) =>
        await parts.FindAsync(RowKey(name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public static async Task<(Write Outcome, ETag ETag)> AddAsync(Parts parts, Metric metric, CancellationToken cancel)
    {
        var row = Row(parts, metric);
        var submitted = await parts.Table.SubmitAsync(
            [Table.Add(row), Guard.Add(parts.Partition, RowKey(metric.SystemName))],
            cancel);
        return (submitted.Outcome, row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public static async Task<(Write Outcome, ETag ETag)> ReplaceAsync(
        Parts parts,
        Metric metric,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(parts, metric);
        return (await parts.Table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale or Missing; Exists when a rule refers to it, or what else is asked about.</summary>
    public static async Task<Write> DeleteAsync(
        Parts parts,
        string name,
        ETag ifMatch,
        Func<CancellationToken, Task<bool>> isNamedElsewhereAsync,
        CancellationToken cancel)
    {
        while (await parts.Table.CloseAsync(parts.Partition, RowKey(name), cancel) is { } guard)
        {
            if (await IsInRuleAsync(parts, name, cancel) || await isNamedElsewhereAsync(cancel))
            {
                return Write.Exists;
            }

            var submitted = await parts.Table.SubmitAsync(
                [Table.Delete(parts.Partition, RowKey(name), ifMatch), guard],
                cancel);
            if (submitted is not { FailedAction: 1, Outcome: Write.Stale })
            {
                return submitted.Outcome;
            }

            // Something began to refer to it just now: it is found by looking again.
        }

        return Write.Missing;
    }

    /// <summary>All metrics, by name.</summary>
    public static async Task<IReadOnlyList<Metric>> AllAsync(Parts parts, CancellationToken cancel) =>
        await parts.ReadKindAsync(PartKinds.Metric, cancel).Select(Read).ToListAsync(cancel);

    /// <summary>The metrics that pass, by name, then those that are built in.</summary>
    public static Task<Listing<Metric>> ListAsync(
        Parts parts,
        IReadOnlyList<Metric> builtins,
        Func<Metric, bool> passes,
        Paging paging,
        CancellationToken cancel) => paging.CutAsync(
            parts.ReadKindAsync(PartKinds.Metric, cancel, paging.After)
                .Select(Read)
                .Concat(builtins.Where(metric => string.CompareOrdinal(Order(metric), paging.After) > 0).ToAsyncEnumerable())
                .Where(passes),
            Order,
            metric => metric,
            cancel);

    private static string Order(Metric metric) =>
        metric.Builtin == true ? BuiltinMetric.Order(PartKinds.Metric + "|", metric) : RowKey(metric.SystemName);

    private static string RowKey(string name) => Key.Of(PartKinds.Metric, name);

    private static TableEntity Row(Parts parts, Metric metric) => new(parts.Partition, RowKey(metric.SystemName))
    {
        ["SystemName"] = metric.SystemName,
        ["Name"] = metric.Name,
        ["Unit"] = metric.Unit,
        ["Description"] = metric.Description,
        ["Parent"] = metric.Parent,
    };

    private static async Task<bool> IsInRuleAsync(Parts parts, string metric, CancellationToken cancel) =>
        await parts.ReadKindAsync(PartKinds.Rule, cancel)
            .Concat(parts.ReadKindAsync(PartKinds.MessageRule, cancel))
            .AnyAsync(row => row.GetString(PartKinds.MetricColumn) == metric, cancel);
}
