using Azure.Data.Tables;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Usage;

/// <summary>The count of one window, as it was read, plus what has been added to it since.</summary>
internal sealed class WindowRow(TableEntity row, UsageWindow window)
{
    private const string UsedColumn = "Used";

    private readonly bool _isNew = row.ETag == default;

    /// <summary>What the window holds, with what has been added.</summary>
    public long Used { get; private set; } = row.GetInt64(UsedColumn) ?? 0;

    /// <summary>Whether there is something to write.</summary>
    public bool Changed { get; private set; }

    public WindowCount Count(PlanLimit limit) => new(limit, window, Used);

    public void Add(long amount)
    {
        // What has a price need not have a limit: more than can be counted is as much as can be counted.
        Used = amount > long.MaxValue - Used ? long.MaxValue : Used + amount;
        Changed = true;
    }

    /// <summary>Writes the count, provided that nobody else has since it was read.</summary>
    public TableTransactionAction ToAction()
    {
        row[UsedColumn] = Used;
        return _isNew ? Table.Add(row) : Table.Replace(row, row.ETag);
    }
}
