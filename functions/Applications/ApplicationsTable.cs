using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// Applications in storage: table <c>applications</c>, a partition for each with the rows <c>application</c>,
/// <c>key|{id}</c> for every key, and <c>keys</c>, which is written with every change of or for the keys, so that those
/// take turns.
/// </summary>
internal sealed class ApplicationsTable(TableAccount account)
{
    private const string ApplicationRow = "application";
    private const string KeysRow = "keys";
    private const string KeyRows = "key";

    private readonly Table _table = account.Table("applications");

    public async Task<ApplicationRecord?> FindAsync(string id, CancellationToken cancel) =>
        await _table.FindAsync(Key.Escape(id), ApplicationRow, cancel) is { } row ? ApplicationColumns.Read(row) : null;

    public async Task<ApplicationWithKeys?> FindWithKeysAsync(string id, CancellationToken cancel)
    {
        if (!Key.IsPossible(Key.Escape(id)))
        {
            return null;
        }

        var rows = await _table.ReadAsync(Key.Escape(id), "", Key.Last.ToString(), null, cancel)
            .ToDictionaryAsync(row => row.RowKey, cancellationToken: cancel);
        return rows.TryGetValue(ApplicationRow, out var application)
            ? new(
                ApplicationColumns.Read(application),
                [
                    .. rows.Values.Where(row => row.RowKey.StartsWith(KeyRows + "|", StringComparison.Ordinal))
                        .Select(ReadKey)
                        .OrderBy(key => key.CreatedAt),
                ],
                rows[KeysRow].ETag)
            : null;
    }

    /// <summary>Adds an application with its first keys: Done, or Exists when there is one of its identifier.</summary>
    public async Task<Write> AddAsync(ApplicationRecord application, IReadOnlyList<StoredKey> keys, CancellationToken cancel)
    {
        var added = await _table.SubmitAsync(
            [
                Table.Add(ApplicationColumns.Row(application)),
                Table.Add(KeysOf(application.Value.Id)),
                .. keys.Select(key => Table.Add(Row(application.Value.Id, key))),
            ],
            cancel);

        // It may be this very one: storage had done it and was asked again.
        return added.Outcome == Write.Done
            || (await FindAsync(application.Value.Id, cancel))?.Generation == application.Generation
            ? Write.Done
            : Write.Exists;
    }

    /// <summary>Changes what concerns the keys too: Done, Stale or Missing.</summary>
    public async Task<Write> ChangeAsync(ApplicationRecord application, CancellationToken cancel) => (await _table.SubmitAsync(
        [
            Table.Replace(ApplicationColumns.Row(application), application.ETag),
            Table.Replace(KeysOf(application.Value.Id), ETag.All),
        ],
        cancel)).Outcome;

    /// <summary>Changes what is only shown: Done, Stale or Missing.</summary>
    public Task<Write> ReplaceAsync(ApplicationRecord application, CancellationToken cancel) =>
        _table.ReplaceAsync(ApplicationColumns.Row(application), application.ETag, cancel);

    /// <summary>Adds a key: Done, Exists, or Stale when a key or the application has changed since they were read.</summary>
    public async Task<Write> AddKeyAsync(ApplicationWithKeys read, StoredKey key, CancellationToken cancel)
    {
        var id = read.Application.Value.Id;
        var added = await _table.SubmitAsync([Table.Replace(KeysOf(id), read.KeysETag), Table.Add(Row(id, key))], cancel);
        return added.Outcome;
    }

    public async Task<Write> RemoveKeyAsync(string id, StoredKey key, CancellationToken cancel) => (await _table.SubmitAsync(
        [
            Table.Delete(Key.Escape(id), Key.Of(KeyRows, key.Hash.Id), ETag.All),
            Table.Replace(KeysOf(id), ETag.All),
        ],
        cancel)).Outcome;

    /// <summary>Removes all rows of an application as they were read: Done, or not when something has changed since.</summary>
    public async Task<Write> RemoveAsync(ApplicationWithKeys read, CancellationToken cancel)
    {
        var partition = Key.Escape(read.Application.Value.Id);
        var removed = await _table.SubmitAsync(
            [
                Table.Delete(partition, ApplicationRow, read.Application.ETag),
                Table.Delete(partition, KeysRow, read.KeysETag),
                .. read.Keys.Select(key => Table.Delete(partition, Key.Of(KeyRows, key.Hash.Id), ETag.All)),
            ],
            cancel);
        return removed.Outcome;
    }

    private static TableEntity KeysOf(string id) => new(Key.Escape(id), KeysRow);

    private static TableEntity Row(string id, StoredKey key) => new(Key.Escape(id), Key.Of(KeyRows, key.Hash.Id))
    {
        ["Kind"] = key.Kind.ToString(),
        ["Hash"] = key.Hash.Hex,
        ["Generation"] = key.Generation,
        ["CreatedAt"] = key.CreatedAt,
    };

    private static StoredKey ReadKey(TableEntity row) => new(
        Enum.Parse<KeyKind>(row.GetString("Kind") ?? nameof(KeyKind.UserKey)),
        new(row.GetString("Hash")),
        row.GetString("Generation"),
        row.GetDateTimeOffset("CreatedAt")!.Value);
}
