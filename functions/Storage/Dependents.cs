using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;

namespace Serverless.Functions.Storage;

/// <summary>
/// Keeps a row from being deleted while others, in other partitions, depend on it: each of them has a note beside the
/// row, <c>{kind}|{owner}|{dependent}</c>, written before the dependent itself and removed after it. A guard row is
/// written with every note, and a deletion depends on the guard being as it was when no note was found.
/// </summary>
internal sealed class Dependents(Table table, string kind)
{
    private readonly string _guardKind = kind + "-guard";

    /// <summary>To be added in one transaction with the owner.</summary>
    public TableEntity Guard(string partition, string owner) => new(partition, Key.Of(_guardKind, owner));

    /// <summary>The guard as it is now; null when there is no such owner.</summary>
    public Task<TableEntity?> FindGuardAsync(string partition, string owner, CancellationToken cancel) =>
        table.FindAsync(partition, Key.Of(_guardKind, owner), cancel);

    /// <summary>Notes a dependent: Done, Exists when there is one of another generation, Missing when there is no owner.</summary>
    /// <param name="partition">Where the owner is.</param>
    /// <param name="owner">Who is depended on.</param>
    /// <param name="dependent">Who depends.</param>
    /// <param name="generation">Tells it from another of its name.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Write> AddAsync(
        string partition,
        string owner,
        string dependent,
        string generation,
        CancellationToken cancel)
    {
        var note = new TableEntity(partition, Key.Of(kind, owner, dependent)) { ["Generation"] = generation };
        while (true)
        {
            var known = await FindAsync(partition, owner, dependent, cancel);
            if (known is not null && known.Generation != generation)
            {
                return Write.Exists;
            }

            // A note that is there already is written again, so that nobody who has judged it out of date removes it.
            var written = await table.SubmitAsync(
                [
                    Table.Replace(Guard(partition, owner), ETag.All),
                    known is null ? Table.Add(note) : Table.Replace(note, known.ETag),
                ],
                cancel);
            if (written.FailedAction != 1)
            {
                return written.Outcome;
            }
        }
    }

    public async Task<Dependent?> FindAsync(string partition, string owner, string dependent, CancellationToken cancel) =>
        await table.FindAsync(partition, Key.Of(kind, owner, dependent), cancel) is { } row ? Read(row) : null;

    /// <summary>Removes a note, unless it has been written again since it was read.</summary>
    public Task<Write> RemoveAsync(string partition, Dependent note, CancellationToken cancel) =>
        table.DeleteAsync(partition, Key.Of(kind, note.Owner, note.Name), note.ETag, cancel);

    /// <summary>The notes of one owner, or of all in the partition.</summary>
    public Task<Listing<Dependent>> ListAsync(string partition, string? owner, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            table.ReadKindAsync(partition, Prefix(owner), cancel, paging.After, paging.Limit + 1),
            row => row.RowKey,
            Read,
            cancel);

    /// <summary>Deletes an owner and what is only his: Done, Stale, Missing, or Exists while somebody depends on him.</summary>
    /// <param name="partition">Where the owner is.</param>
    /// <param name="owner">His name.</param>
    /// <param name="row">His row key.</param>
    /// <param name="ifMatch">His tag.</param>
    /// <param name="alongAsync">Reads what goes with him.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Write> DeleteOwnerAsync(
        string partition,
        string owner,
        string row,
        ETag ifMatch,
        Func<Task<IReadOnlyList<TableTransactionAction>>> alongAsync,
        CancellationToken cancel)
    {
        while (await FindGuardAsync(partition, owner, cancel) is { } guard)
        {
            if (await table.ReadKindAsync(partition, Prefix(owner), cancel, atMost: 1).AnyAsync(cancel))
            {
                return Write.Exists;
            }

            var deleted = await table.SubmitAsync(
                [
                    Table.Delete(partition, guard.RowKey, guard.ETag),
                    Table.Delete(partition, row, ifMatch),
                    .. await alongAsync(),
                ],
                cancel);
            // Save for the owner's own row, a failure means that something has come or gone since it was read: look again.
            if (deleted.FailedAction is -1 or 1)
            {
                return deleted.Outcome;
            }
        }

        return Write.Missing;
    }

    private string Prefix(string? owner) => owner is null ? kind : Key.Of(kind, owner);

    private static Dependent Read(TableEntity row)
    {
        var parts = row.RowKey.Split('|');
        return new(parts[1], parts[2], row.GetString("Generation"), row.Timestamp ?? DateTimeOffset.MaxValue, row.ETag);
    }
}

/// <summary>A note that something depends on a row.</summary>
/// <param name="Owner">Who is depended on.</param>
/// <param name="Name">Who depends.</param>
/// <param name="Generation">Tells it from another of its name.</param>
/// <param name="Since">When the note was last written.</param>
/// <param name="ETag">Of the note.</param>
internal sealed record Dependent(string Owner, string Name, string Generation, DateTimeOffset Since, ETag ETag);
