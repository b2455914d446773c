using System.Globalization;
using Azure.Data.Tables;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Usage;

/// <summary>
/// What applications have used: one partition each, a row <c>{metric}|{window}</c> for every window of a metric, and a row
/// <c>!reported|{relay}|{sequence}</c> for every report of a relay that was counted there, so that it is counted once.
/// </summary>
internal sealed class UsageTable(TableAccount account)
{
    /// <summary>An entity-group transaction takes no more rows.</summary>
    public const int MaxRows = Table.MostInOneTransaction;

    // No metric begins so.
    private const string MarkKind = "!reported";

    private readonly Table _table = account.Table("usage");

    /// <summary>The mark that a report leaves where it was counted.</summary>
    public static string Mark(string relay, long sequence) =>
        $"{MarkKind}|{Key.Escape(relay)}|{sequence.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether a row is such a mark, and nothing that was counted.</summary>
    public static bool IsMark(TableEntity row) => row.RowKey.StartsWith(MarkKind + "|", StringComparison.Ordinal);

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

    /// <summary>Those of these marks that are there.</summary>
    public async Task<IReadOnlySet<string>> FindMarksAsync(string application, IEnumerable<string> marks, CancellationToken cancel)
    {
        var found = await Task.WhenAll(marks.Select(mark => _table.FindAsync(application, mark, cancel)));
        return found.OfType<TableEntity>().Select(row => row.RowKey).ToHashSet();
    }

    /// <summary>
    /// Writes all counts and marks or, when somebody else has counted in one of the windows or there is one of the marks, none.
    /// </summary>
    public async Task<bool> TryWriteAsync(
        string application,
        IReadOnlyList<WindowRow> rows,
        IReadOnlyCollection<string> marks,
        CancellationToken cancel)
    {
        var submitted = await _table.SubmitAsync(
            [.. rows.Select(row => row.ToAction()), .. marks.Select(mark => Table.Add(new TableEntity(application, mark)))],
            cancel);
        return submitted.Outcome == Write.Done;
    }
}
