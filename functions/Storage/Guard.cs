using Azure;
using Azure.Data.Tables;

namespace Serverless.Functions.Storage;

/// <summary>
/// Keeps a thing from being deleted while something else begins to refer to it. A guard is a row beside the thing: whoever
/// refers touches it in the transaction that writes the reference; whoever deletes reads it, looks for references, and
/// deletes it in the transaction that deletes the thing. Touched in between, it has another tag and the deletion fails.
/// Touching the thing itself would do as well, but its ETag is the operator's.
/// </summary>
internal static class Guard
{
    private const string Kind = "guard";

    /// <summary>Made in the transaction that makes the thing.</summary>
    public static TableTransactionAction Add(string partition, string thing) => Table.Add(Row(partition, thing));

    /// <summary>In the transaction that writes a reference; its outcome is Missing when the thing is not there any more.</summary>
    public static TableTransactionAction Touch(string partition, string thing) =>
        new(TableTransactionActionType.UpdateReplace, Row(partition, thing), ETag.All);

    /// <summary>
    /// Read before looking for references, deleted with the thing: an action whose outcome is Stale when somebody has touched
    /// the guard since. Null when there is none, and so no thing.
    /// </summary>
    public static async Task<TableTransactionAction?> CloseAsync(
        this Table table,
        string partition,
        string thing,
        CancellationToken cancel) => await table.FindAsync(partition, Row(partition, thing).RowKey, cancel) is { } guard
            ? Table.Delete(partition, guard.RowKey, guard.ETag)
            : null;

    /// <summary>
    /// Read before looking at what refers to the thing, written with what is decided by that: an action whose outcome is
    /// Stale when somebody has touched the guard since. Null when there is none, and so no thing.
    /// </summary>
    public static async Task<TableTransactionAction?> HoldAsync(
        this Table table,
        string partition,
        string thing,
        CancellationToken cancel) => await table.FindAsync(partition, Row(partition, thing).RowKey, cancel) is { } guard
            ? Table.Replace(Row(partition, thing), guard.ETag)
            : null;

    private static TableEntity Row(string partition, string thing) => new(partition, $"{Kind}|{thing}");
}
