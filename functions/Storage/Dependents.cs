using Azure;
using Azure.Data.Tables;

namespace Serverless.Functions.Storage;

/// <summary>
/// Keeps a row from being deleted while things in other partitions depend on it. Each of them has a note beside the row,
/// <c>{kind}|{owner}|{dependent}|{generation}</c>, written before the dependent and removed after it.
/// </summary>
internal sealed class Dependents(Table table, string ownerKind, string kind, TimeProvider clock)
{
    /// <summary>
    /// How long a request may take that makes or moves a dependent. A note without its dependent is of such a request, or
    /// of one that broke off.
    /// </summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    /// <summary>Notes a dependent, also when it is noted already: Done, or Missing when there is no such owner.</summary>
    public async Task<Write> AddAsync(
        string partition,
        string owner,
        string dependent,
        string generation,
        CancellationToken cancel)
    {
        // Written anew also when it is there, so that nobody removes it who has judged it by what it was.
        var submitted = await table.SubmitAsync(
            [
                Guard.Touch(partition, Key.Of(ownerKind, owner)),
                new(TableTransactionActionType.UpsertReplace, new TableEntity(partition, RowKey(owner, dependent, generation))),
            ],
            cancel);
        return submitted.Outcome;
    }

    public async Task<Dependent?> FindAsync(
        string partition,
        string owner,
        string dependent,
        string generation,
        CancellationToken cancel) =>
        await table.FindAsync(partition, RowKey(owner, dependent, generation), cancel) is { } row ? Read(row) : null;

    /// <summary>Removes a note, unless it has been written anew since it was read.</summary>
    public Task<Write> RemoveAsync(string partition, Dependent note, CancellationToken cancel) =>
        table.DeleteAsync(partition, note.RowKey, note.ETag, cancel);

    /// <summary>The notes of one owner, or of all in the partition, by their keys.</summary>
    public IAsyncEnumerable<Dependent> ReadAsync(
        string partition,
        string? owner,
        CancellationToken cancel,
        string after = "",
        int? atMost = null) =>
        table.ReadKindAsync(partition, owner is null ? kind : Key.Of(kind, owner), cancel, after, atMost).Select(Read);

    /// <summary>Whether something depends on an owner, or may be about to.</summary>
    public async Task<bool> AnyAsync(
        string partition,
        string owner,
        Func<Dependent, Task<bool>> dependsAsync,
        CancellationToken cancel)
    {
        await foreach (var note in ReadAsync(partition, owner, cancel))
        {
            if (clock.GetUtcNow() - note.Since < LongestRequest || await dependsAsync(note))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deletes an owner and what is only his: Done, Stale, Missing, or Exists while something depends on him.</summary>
    /// <param name="partition">Where the owner is.</param>
    /// <param name="owner">His name.</param>
    /// <param name="ifMatch">His tag.</param>
    /// <param name="alongAsync">Reads what goes with him, 98 rows at most.</param>
    /// <param name="dependsAsync">Whether a noted dependent is there and depends on this owner.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Write> DeleteOwnerAsync(
        string partition,
        string owner,
        ETag ifMatch,
        Func<Task<IReadOnlyList<TableTransactionAction>>> alongAsync,
        Func<Dependent, Task<bool>> dependsAsync,
        CancellationToken cancel)
    {
        while (await table.CloseAsync(partition, Key.Of(ownerKind, owner), cancel) is { } guard)
        {
            if (await AnyAsync(partition, owner, dependsAsync, cancel))
            {
                return Write.Exists;
            }

            var deleted = await table.SubmitAsync(
                [Table.Delete(partition, Key.Of(ownerKind, owner), ifMatch), guard, .. await alongAsync()],
                cancel);

            // Save for the owner's own row, a failure means that something has come or gone since it was read: look again.
            if (deleted.FailedAction <= 0)
            {
                return deleted.Outcome;
            }
        }

        return Write.Missing;
    }

    private string RowKey(string owner, string dependent, string generation) => Key.Of(kind, owner, dependent, generation);

    /// <summary>The note that a row is.</summary>
    public static Dependent Read(TableEntity row)
    {
        var parts = row.RowKey.Split('|');
        return new(parts[1], parts[2], parts[3], row.Timestamp ?? DateTimeOffset.MinValue, row.RowKey, row.ETag);
    }
}

/// <summary>A note that something depends on a row.</summary>
/// <param name="Owner">Who is depended on.</param>
/// <param name="Name">Who depends.</param>
/// <param name="Generation">Tells it from another of its name.</param>
/// <param name="Since">When the note was last written.</param>
/// <param name="RowKey">Of the note.</param>
/// <param name="ETag">Of the note.</param>
internal sealed record Dependent(
    string Owner,
    string Name,
    string Generation,
    DateTimeOffset Since,
    string RowKey,
    ETag ETag);
