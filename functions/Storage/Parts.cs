using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Functions.Storage;

/// <summary>
/// The rows that belong to one thing, all in a partition of their own, so that what has to change together does. The
/// partition is named after the thing and its generation: what is left of one that was deleted is never taken for a part
/// of another of its name.
/// </summary>
/// <param name="Table">Table of the parts of things of this kind.</param>
/// <param name="Partition">The partition of this one.</param>
internal sealed record Parts(Table Table, string Partition)
{
    /// <summary>A generation for a thing that is being made.</summary>
    public static string NewGeneration() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The partition of a thing that need not be there.</summary>
    public static string PartitionOf(string systemName, string generation) => $"{Key.Escape(systemName)}~{Key.Escape(generation)}";

    public Task<TableEntity?> FindAsync(string row, CancellationToken cancel) => Table.FindAsync(Partition, row, cancel);

    public IAsyncEnumerable<TableEntity> ReadKindAsync(
        string kind,
        CancellationToken cancel,
        string after = "",
        int? atMost = null) => Table.ReadKindAsync(Partition, kind, cancel, after, atMost);

    /// <summary>Reads the rows whose keys lie between two bounds, both outside, in the order of the keys.</summary>
    public IAsyncEnumerable<TableEntity> ReadAsync(string after, string before, CancellationToken cancel) =>
        Table.ReadAsync(Partition, after, before, null, cancel);

    /// <summary>Removes every row of a thing that is not there any more. What a crash leaves, nobody finds.</summary>
    public async Task ClearAsync(CancellationToken cancel)
    {
        var rows = await ReadAsync("", Key.Last.ToString(), cancel)
            .Select(row => Table.Delete(row.PartitionKey, row.RowKey, ETag.All))
            .ToListAsync(cancel);
        foreach (var some in rows.Chunk(Table.MostInOneTransaction))
        {
            await Table.SubmitAsync(some, cancel);
        }
    }
}
