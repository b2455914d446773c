using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.AccessTokens;

/// <summary>An access token with the hash that proves it.</summary>
internal sealed record HashedToken(AccessToken Token, byte[] Hash);

/// <summary>Access tokens in storage: table <c>accesstokens</c>, one partition, row = identifier.</summary>
internal sealed class AccessTokensTable(TableAccount account)
{
    private const string Partition = "access-tokens";
    private const string Kind = "token";

    private readonly Table _table = account.Table("accesstokens");

    public async Task<Stored<HashedToken>?> FindAsync(string id, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, id), cancel) is { } row
            ? new(new(Read(row), row.GetBinary("Hash")!), row.ETag)
            : null;

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
        return await _table.AddAsync(row, cancel) == Write.Done
            ? new(token, row.ETag)
            : throw new InvalidOperationException("64 random bits came up twice.");
    }

    public Task<Write> DeleteAsync(string id, ETag ifMatch, CancellationToken cancel) =>
        _table.DeleteAsync(Partition, Key.Of(Kind, id), ifMatch, cancel);

    public Task<Listing<AccessToken>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private static AccessToken Read(TableEntity row) => new()
    {
        Id = row.RowKey[(Kind.Length + 1)..],
        Name = row.GetString("Name"),
        Scopes = row.GetString("Scopes").Split(' '),
        CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt"),
    };
}
