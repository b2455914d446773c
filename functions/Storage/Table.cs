using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Functions.Storage;

/// <summary>
/// One table: conditional writes whose outcome is a value, and reads of a row or of a range in one partition. The first
/// row written makes the table; until then it is empty. Every row carries the mark of the write that it is of, so that one
/// whose answer is lost is not taken for refused.
/// </summary>
internal sealed class Table(TableClient client)
{
    /// <summary>An entity-group transaction takes no more rows.</summary>
    public const int MostInOneTransaction = 100;

    private const string MarkColumn = "WrittenBy";

    /// <summary>The row with these keys, or null.</summary>
    public async Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancel)
    {
        if (!Key.IsPossible(partition) || !Key.IsPossible(row))
        {
            return null;
        }

        var found = await client.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancel);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Adds a row: <see cref="Write.Done"/>, its tag then set, or <see cref="Write.Exists"/>.</summary>
    public Task<Write> AddAsync(TableEntity row, CancellationToken cancel) => WriteAsync(
        [Add(row)],
        async () => row.ETag = Tag(await client.AddEntityAsync(row, cancel)),
        cancel);

    /// <summary>
    /// Adds a row under a key that nobody else can have made, and gives its tag. If it is there, it is this one: storage had
    /// done it when it was asked again.
    /// </summary>
    public async Task<ETag> AddOwnAsync(TableEntity row, CancellationToken cancel) =>
        await AddAsync(row, cancel) == Write.Done ? row.ETag
        : await FindAsync(row.PartitionKey, row.RowKey, cancel) is { } ours ? ours.ETag
        : throw new InvalidOperationException("A row that was there when it was added is gone.");

    /// <summary>Replaces a row if it still has this tag: <see cref="Write.Done"/>, its tag then set, or Stale, or Missing.</summary>
    public Task<Write> ReplaceAsync(TableEntity row, ETag ifMatch, CancellationToken cancel) => !Key.IsPossible(row.RowKey)
        ? Task.FromResult(Write.Missing)
        : WriteAsync(
            [Replace(row, ifMatch)],
            async () => row.ETag = Tag(await client.UpdateEntityAsync(row, ifMatch, TableUpdateMode.Replace, cancel)),
            cancel);

    /// <summary>Deletes a row if it still has this tag: Done, Stale or Missing.</summary>
    public async Task<Write> DeleteAsync(string partition, string row, ETag ifMatch, CancellationToken cancel)
    {
        if (!Key.IsPossible(partition) || !Key.IsPossible(row))
        {
            return Write.Missing;
        }

        // In a transaction, since the client by itself takes the deletion of a missing row for a success.
        return (await SubmitAsync([Delete(partition, row, ifMatch)], cancel)).Outcome;
    }

    /// <summary>Writes up to 100 rows of one partition, all or none; done, their tags are set.</summary>
    public async Task<Submitted> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancel)
    {
        var failed = -1;
        var outcome = await WriteAsync(
            actions,
            async () =>
            {
                try
                {
                    var written = await client.SubmitTransactionAsync(actions, cancel);
                    for (var i = 0; i < actions.Count; i++)
                    {
                        // A deletion leaves none.
                        actions[i].Entity.ETag = written.Value[i].Headers.ETag ?? default;
                    }
                }
                catch (TableTransactionFailedException e)
                {
                    failed = e.FailedTransactionActionIndex ?? 0;
                    throw;
                }
            },
            cancel);
        return outcome == Write.Done ? new(outcome) : new(outcome, failed);
    }

    /// <summary>Reads the rows of one partition whose keys lie between two bounds, both outside, in the order of the keys.</summary>
    public async IAsyncEnumerable<TableEntity> ReadAsync(
        string partition,
        string after,
        string before,
        int? atMost,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {before}");
        await using var rows = client.QueryAsync<TableEntity>(filter, atMost, cancellationToken: cancel)
            .GetAsyncEnumerator(cancel);
        for (var count = 0; count < (atMost ?? int.MaxValue) && await NextAsync(rows); count++)
        {
            yield return rows.Current;
        }
    }

    /// <summary>
    /// Reads the rows whose keys begin with a kind, <c>metric|hits</c> for <c>metric</c>, from the one after a key that
    /// may be any text, and up to a number of them.
    /// </summary>
    public IAsyncEnumerable<TableEntity> ReadKindAsync(
        string partition,
        string kind,
        CancellationToken cancel,
        string after = "",
        int? atMost = null)
    {
        var first = kind + "|";
        return ReadAsync(
            partition,
            string.CompareOrdinal(after, first) > 0 ? after : first,
            first + Key.Last,
            atMost,
            cancel);
    }

    /// <summary>
    /// Every row of the table from a partition on, or those of them that a filter lets through. For housekeeping: a request
    /// reads partitions.
    /// </summary>
    public async IAsyncEnumerable<TableEntity> ScanAsync(
        string firstPartition,
        string? filter,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var range = TableClient.CreateQueryFilter($"PartitionKey ge {firstPartition}");
        await using var rows = client
            .QueryAsync<TableEntity>(filter is null ? range : $"{range} and {filter}", cancellationToken: cancel)
            .GetAsyncEnumerator(cancel);
        while (await NextAsync(rows))
        {
            yield return rows.Current;
        }
    }

    /// <summary>The first partition that comes after a key, or null. For housekeeping too: it goes from one to the next.</summary>
    public async Task<string?> NextPartitionAsync(string after, CancellationToken cancel)
    {
        await using var rows = client
            .QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey gt {after}"),
                1,
                ["PartitionKey"],
                cancel)
            .GetAsyncEnumerator(cancel);
        return await NextAsync(rows) ? rows.Current.PartitionKey : null;
    }

    /// <summary>Deletes rows of one partition as they were read, and says how many: one that has changed since stays.</summary>
    public async Task<int> RemoveAsync(IEnumerable<TableEntity> rows, CancellationToken cancel)
    {
        var removed = 0;
        foreach (var some in rows.Chunk(MostInOneTransaction))
        {
            if ((await SubmitAsync([.. some.Select(row => Delete(row.PartitionKey, row.RowKey, row.ETag))], cancel)).Outcome == Write.Done)
            {
                removed += some.Length;
                continue;
            }

            foreach (var row in some)
            {
                removed += await DeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancel) == Write.Done ? 1 : 0;
            }
        }

        return removed;
    }

    /// <summary>An action that adds a row.</summary>
    public static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    /// <summary>An action that replaces a row if it still has this tag.</summary>
    public static TableTransactionAction Replace(TableEntity row, ETag ifMatch) =>
        new(TableTransactionActionType.UpdateReplace, row, ifMatch);

    /// <summary>An action that deletes a row if it still has this tag.</summary>
    public static TableTransactionAction Delete(string partition, string row, ETag ifMatch) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, row), ifMatch);

    private async Task<Write> WriteAsync(
        IReadOnlyList<TableTransactionAction> actions,
        Func<Task> write,
        CancellationToken cancel)
    {
        var mark = RandomNumberGenerator.GetHexString(16, lowercase: true);
        foreach (var action in actions.Where(action => !IsDeletion(action)))
        {
            ((TableEntity)action.Entity)[MarkColumn] = mark;
        }

        using var repetition = new Repetition();
        try
        {
            try
            {
                await write();
            }
            catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
            {
                await client.CreateIfNotExistsAsync(cancel);
                await write();
            }

            return Write.Done;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return repetition.Happened && await IsDoneAsync(actions, mark, cancel) ? Write.Done : e.Status switch
            {
                404 => Write.Missing,
                409 => Write.Exists,
                _ => Write.Stale,
            };
        }
    }

    // As all is written or nothing, one row with the mark tells of all. One that somebody has changed since has no tag to go on
    // from. Where rows were only deleted, none of them is there any more.
    private async Task<bool> IsDoneAsync(IReadOnlyList<TableTransactionAction> actions, string mark, CancellationToken cancel)
    {
        var (written, deletions) = (false, 0);
        foreach (var action in actions)
        {
            var stored = await FindAsync(action.Entity.PartitionKey, action.Entity.RowKey, cancel);
            if (IsDeletion(action))
            {
                deletions += stored is null ? 1 : 0;
            }
            else if (stored?.GetString(MarkColumn) == mark)
            {
                action.Entity.ETag = stored.ETag;
                written = true;
            }
        }

        return written || deletions == actions.Count;
    }

    private static bool IsDeletion(TableTransactionAction action) => action.ActionType == TableTransactionActionType.Delete;

    private static async Task<bool> NextAsync(IAsyncEnumerator<TableEntity> rows)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
        {
            return false;
        }
    }

    private static ETag Tag(Response response) =>
        response.Headers.ETag ?? throw new InvalidOperationException("Storage wrote a row and gave no ETag.");
}
