using Azure.Data.Tables;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Usage;

/// <summary>What applications have used: one partition each, a row for every window of a metric.</summary>
internal sealed class UsageTable(TableAccount account)
{
    /// <summary>An entity-group transaction takes no more rows.</summary>
    public const int MaxWindows = Table.MostInOneTransaction;

    private readonly Table _table = account.Table("usage");

    /// <summary>The windows of these limits at one instant; those that nobody has counted in yet hold 0.</summary>
    public async Task<Dictionary<(string Metric, LimitPeriod Period), WindowRow>> ReadAsync(
        string application,
        IEnumerable<(string Metric, LimitPeriod Period)> limits,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        // Point reads side by side rather than one query: a query with several row keys walks through the partition.
        var rows = await Task.WhenAll(limits.Select(async limit =>
        {
            var window = UsageWindow.At(limit.Period, now);
            var key = $"{Key.Escape(limit.Metric)}|{window.Key}";
            var row = await _table.FindAsync(application, key, cancel) ?? new TableEntity(application, key);
            return (limit, new WindowRow(row, window));
        }));

        return rows.ToDictionary(row => row.limit, row => row.Item2);
    }

    /// <summary>Writes all counts or, when somebody else has counted in one of the windows, none.</summary>
    public async Task<bool> TryWriteAsync(IReadOnlyList<WindowRow> rows, CancellationToken cancel)
    {
        var submitted = await _table.SubmitAsync([.. rows.Select(row => row.ToAction())], cancel);
        return submitted.Outcome == Write.Done;
    }
}
