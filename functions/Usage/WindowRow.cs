using Azure.Data.Tables;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Usage;

/// <summary>The count of one window, as it was read, plus what has been added to it since.</summary>
internal sealed class WindowRow(TableEntity row, UsageWindow window)
{
    private const string UsedColumn = "Used";

    private readonly bool _isNew = row.ETag == default;
    private long _used = row.GetInt64(UsedColumn) ?? 0;

    /// <summary>Whether there is something to write.</summary>
    public bool Changed { get; private set; }

    public WindowCount Count(PlanLimit limit) => new(limit, window, _used);

    public void Add(long amount)
    {
        _used += amount;
        Changed = true;
    }

    /// <summary>Writes the count, provided that nobody else has since it was read.</summary>
    public TableTransactionAction ToAction()
    {
        row[UsedColumn] = _used;
        return _isNew ? Table.Add(row) : Table.Replace(row, row.ETag);
    }
}
