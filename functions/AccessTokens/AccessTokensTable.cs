using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.AccessTokens;

/// <summary>An access token with the hash that proves it.</summary>
internal sealed record HashedToken(AccessToken Token, byte[] Hash);

/// <summary>
/// Access tokens in storage: table <c>accesstokens</c>, one partition, row = <c>token|{id}</c>; and <c>used|{id}</c> for the
/// last use, which is a row of its own so that use does not change the ETag.
/// </summary>
internal sealed class AccessTokensTable(TableAccount account)
{
    private const string Partition = "access-tokens";
    private const string Kind = "token";
    private const string UseKind = "used";

    private readonly Table _table = account.Table("accesstokens");

    public async Task<Stored<HashedToken>?> FindAsync(string id, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, id), cancel) is { } row
            ? new(new(Read(row), row.GetBinary("Hash")!), row.ETag)
            : null;

    /// <summary>When a token was last used, as far as it was noted.</summary>
    public async Task<DateTimeOffset?> FindUseAsync(string id, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(UseKind, id), cancel) is { } row ? ReadUse(row) : null;

    /// <summary>Notes a use, unless a later one is noted already.</summary>
    public async Task NoteUseAsync(string id, DateTimeOffset at, CancellationToken cancel)
    {
        var known = await _table.FindAsync(Partition, Key.Of(UseKind, id), cancel);
        if (known is not null && ReadUse(known) >= at)
        {
            return;
        }

        // Whoever comes first has noted a use of just now, and that is as good.
        var row = new TableEntity(Partition, Key.Of(UseKind, id)) { ["At"] = at };
        await (known is null ? _table.AddAsync(row, cancel) : _table.ReplaceAsync(row, known.ETag, cancel));
    }

    public async Task<Stored<AccessToken>> AddAsync(AccessToken token, byte[] hash, CancellationToken cancel)
    {
        var row = new TableEntity(Partition, Key.Of(Kind, token.Id))
        {
            ["Name"] = token.Name,
            ["Scopes"] = string.Join(' ', token.Scopes),
            ["CreatedAt"] = token.CreatedAt,
            ["ExpiresAt"] = token.ExpiresAt,
            ["Hash"] = hash,
        };
        return new(token, await _table.AddOwnAsync(row, cancel));
    }

    /// <summary>Done, Stale or Missing. A note of its use that a crash leaves, housekeeping removes.</summary>
    public async Task<Write> DeleteAsync(string id, ETag ifMatch, CancellationToken cancel)
    {
        var outcome = await _table.DeleteAsync(Partition, Key.Of(Kind, id), ifMatch, cancel);
        if (outcome == Write.Done)
        {
            await _table.DeleteAsync(Partition, Key.Of(UseKind, id), ETag.All, cancel);
        }

        return outcome;
    }

    public async Task<Listing<AccessToken>> ListAsync(Paging paging, CancellationToken cancel)
    {
        var listed = await paging.CutAsync(
            _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
            row => row.RowKey,
            Read,
            cancel);
        if (listed.Items.Count == 0)
        {
            return listed;
        }

        // In the same order as the tokens, so those of this part are one stretch of rows.
        var uses = await _table
            .ReadKindAsync(Partition, UseKind, cancel, Before(listed.Items[0].Id))
            .TakeWhile(row => string.CompareOrdinal(IdOf(row, UseKind), listed.Items[^1].Id) <= 0)
            .ToDictionaryAsync(row => IdOf(row, UseKind), ReadUse, cancellationToken: cancel);
        return listed with
        {
            Items =
            [
                .. listed.Items.Select(token => token with
                {
                    LastUsedAt = uses.TryGetValue(token.Id, out var at) ? at : null,
                }),
            ],
        };
    }

    // The key that comes just before this identifier's: all of them have the same length.
    private static string Before(string id) => Key.Of(UseKind, id)[..^1];

    private static string IdOf(TableEntity row, string kind) => row.RowKey[(kind.Length + 1)..];

    private static DateTimeOffset ReadUse(TableEntity row) => row.GetDateTimeOffset("At")!.Value;

    private static AccessToken Read(TableEntity row) => new()
    {
        Id = IdOf(row, Kind),
        Name = row.GetString("Name"),
        Scopes = row.GetString("Scopes").Split(' '),
        CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt"),
    };
}
