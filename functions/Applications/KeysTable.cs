using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>
/// Keys in storage: table <c>keys</c>, partition = the first three digits of the hash, row = <c>{hash}|{product}</c>, so
/// that one point read judges a key. The keys themselves are nowhere.
/// </summary>
internal sealed class KeysTable(TableAccount account)
{
    private readonly Table _table = account.Table("keys");

    public async Task<KeyRecord?> FindAsync(KeyHash hash, string product, CancellationToken cancel) =>
        await _table.FindAsync(hash.Partition, RowKey(hash, product), cancel) is { } row ? Read(row) : null;

    /// <summary>Whether an application of some product has this key.</summary>
    public ValueTask<bool> IsUsedAnywhereAsync(KeyHash hash, CancellationToken cancel) => _table
        .ReadKindAsync(hash.Partition, hash.Hex, cancel)
        .AnyAsync(row => Read(row).State != KeyState.Deleted, cancel);

    /// <summary>
    /// Gives a key to an application: Done; Exists when another has it, or has taken it just now. A row that is free,
    /// <paramref name="known"/>, is taken over only as it was read.
    /// </summary>
    public async Task<Write> ClaimAsync(
        KeyHash hash,
        string product,
        KeyRecord wanted,
        KeyRecord? known,
        CancellationToken cancel)
    {
        if (known is not null && !known.IsFree(wanted.ProductGeneration))
        {
            return Write.Exists;
        }

        var row = Row(hash, product, wanted);
        var outcome = known is null
            ? await _table.AddAsync(row, cancel)
            : await _table.ReplaceAsync(row, known.ETag, cancel);

        // It may be ours all the same: storage had done it and was asked again, or a change of the application has
        // overtaken us and written the row for us.
        return outcome == Write.Done || await IsOfAsync(hash, product, wanted, cancel) ? Write.Done : Write.Exists;
    }

    /// <summary>Makes the row of an application's key say this, unless it says something later already.</summary>
    public async Task AlignAsync(KeyHash hash, string product, KeyRecord wanted, CancellationToken cancel)
    {
        while (true)
        {
            var known = await FindAsync(hash, product, cancel);
            if (known is not null && !Follows(known, wanted))
            {
                return;
            }

            var row = Row(hash, product, wanted);
            var outcome = known is null
                ? await _table.AddAsync(row, cancel)
                : await _table.ReplaceAsync(row, known.ETag, cancel);
            if (outcome == Write.Done)
            {
                return;
            }
        }
    }

    // Where the row is missing or still somebody else's, a claim of ours is under way. It must find there that the key is
    // refused; that it is let in, it writes itself.
    private static bool Follows(KeyRecord known, KeyRecord wanted) => known.Generation == wanted.Generation
        ? known.Turn < wanted.Turn
        : known.IsFree(wanted.ProductGeneration) && wanted.State != KeyState.Live;

    private async Task<bool> IsOfAsync(KeyHash hash, string product, KeyRecord wanted, CancellationToken cancel) =>
        await FindAsync(hash, product, cancel) is { } now
        && now.Generation == wanted.Generation
        && now.State != KeyState.Deleted;

    private static string RowKey(KeyHash hash, string product) => Key.Of(hash.Hex, product);

    private static TableEntity Row(KeyHash hash, string product, KeyRecord key) => new(hash.Partition, RowKey(hash, product))
    {
        ["Application"] = key.Application,
        ["ApplicationGeneration"] = key.ApplicationGeneration,
        ["Generation"] = key.Generation,
        ["ProductGeneration"] = key.ProductGeneration,
        ["Plan"] = key.Plan,
        ["State"] = key.State.ToString(),
        ["Turn"] = key.Turn,
        ["CreatedAt"] = key.CreatedAt,
        ["Referrers"] = ApplicationColumns.Join(key.Referrers),
    };

    private static KeyRecord Read(TableEntity row) => new()
    {
        Application = row.GetString("Application"),
        ApplicationGeneration = row.GetString("ApplicationGeneration"),
        Generation = row.GetString("Generation"),
        ProductGeneration = row.GetString("ProductGeneration"),
        Plan = row.GetString("Plan"),
        State = Enum.Parse<KeyState>(row.GetString("State")),
        Turn = row.GetInt64("Turn")!.Value,
        CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        Referrers = ApplicationColumns.Split(row.GetString("Referrers")),
        ETag = row.ETag,
    };
}
