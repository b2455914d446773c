using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>That a product uses a backend, or is about to.</summary>
internal sealed record BackendUse(string Backend, string Product, string Generation);

/// <summary>Whether the product that noted this use has it: what only the product's own partition can tell.</summary>
internal delegate Task<bool> StillUsed(BackendUse use, CancellationToken cancel);

/// <summary>
/// Notes beside a backend of who uses it, <c>usedby|{backend}|{product}|{generation}</c>, so that it is not deleted from under
/// them. A note comes before the use and goes after it.
/// </summary>
internal sealed class BackendUses(TableAccount account)
{
    private const string Kind = "usedby";

    private readonly Table _table = account.Table("backends");

    /// <summary>Done, also when it is noted already; Missing when there is no such backend.</summary>
    public async Task<Write> AddAsync(BackendUse use, CancellationToken cancel)
    {
        var row = new TableEntity(BackendsTable.Partition, RowKey(use))
        {
            ["Product"] = use.Product,
            ["Generation"] = use.Generation,
        };
        var submitted = await _table.SubmitAsync(
            [
                Guard.Touch(BackendsTable.Partition, BackendsTable.RowKey(use.Backend)),
                new TableTransactionAction(TableTransactionActionType.UpsertReplace, row),
            ],
            cancel);
        return submitted.Outcome;
    }

    /// <summary>The tag of a note, or null when there is none.</summary>
    public async Task<ETag?> FindTagAsync(BackendUse use, CancellationToken cancel) =>
        (await _table.FindAsync(BackendsTable.Partition, RowKey(use), cancel))?.ETag;

    /// <summary>Removes a note, if it still has this tag.</summary>
    public Task RemoveAsync(BackendUse use, ETag ifMatch, CancellationToken cancel) =>
        _table.DeleteAsync(BackendsTable.Partition, RowKey(use), ifMatch, cancel);

    /// <summary>The notes beside a backend, each with the time at which it was made.</summary>
    public IAsyncEnumerable<(BackendUse Use, DateTimeOffset Since)> ReadAsync(string backend, CancellationToken cancel) =>
        _table.ReadKindAsync(BackendsTable.Partition, Key.Of(Kind, backend), cancel).Select(row =>
            (Read(row), row.Timestamp ?? DateTimeOffset.MinValue));

    /// <summary>The use that a row notes.</summary>
    public static BackendUse Read(TableEntity row) =>
        new(row.RowKey.Split('|')[1], row.GetString("Product"), row.GetString("Generation"));

    private static string RowKey(BackendUse use) => Key.Of(Kind, use.Backend, use.Product, use.Generation);
}
