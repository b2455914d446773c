using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>One run of a chore: how far it has come, and what it has removed.</summary>
/// <param name="after">Where the run before broke off; the empty string for the beginning.</param>
/// <param name="cancel">Ends the run, which then goes on another time.</param>
internal sealed class Sweep(string after, CancellationToken cancel)
{
    // Of one partition, before they are removed: a few transactions' worth.
    private const int MostAtOnce = 1000;

    /// <summary>Where to go on.</summary>
    public string After { get; set; } = after;

    /// <summary>Rows removed.</summary>
    public int Removed { get; private set; }

    public CancellationToken Cancel => cancel;

    /// <summary>Removes a row as it was read.</summary>
    public async Task RemoveAsync(Table table, TableEntity row) =>
        Removed += await table.DeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancel) == Write.Done ? 1 : 0;

    /// <summary>Removes rows of one partition as they are read.</summary>
    public async Task RemoveAsync(Table table, IAsyncEnumerable<TableEntity> rows)
    {
        await foreach (var some in rows.Chunk(MostAtOnce).WithCancellation(cancel))
        {
            Removed += await table.RemoveAsync(some, cancel);
        }
    }

    /// <summary>Removes all rows of a partition.</summary>
    public Task RemovePartitionAsync(Table table, string partition) =>
        RemoveAsync(table, table.ReadAsync(partition, "", Key.Last.ToString(), null, cancel));

    /// <summary>
    /// Whether a partition was written to just now. A thing is written after its first parts: until then they look like
    /// what one left that is gone.
    /// </summary>
    public async Task<bool> IsYoungAsync(Table table, string partition, DateTimeOffset now) => await table
        .ReadAsync(partition, "", Key.Last.ToString(), null, cancel)
        .AnyAsync(row => now - row.Timestamp < Dependents.LongestRequest, cancel);

    /// <summary>The partitions of a table from where the run before broke off; each is done when the next is asked for.</summary>
    public async IAsyncEnumerable<string> PartitionsAsync(Table table)
    {
        while (await table.NextPartitionAsync(After, cancel) is { } partition)
        {
            yield return partition;
            After = partition;
        }
    }
}
