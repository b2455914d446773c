using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>A version of a product as lists show it.</summary>
internal sealed record SnapshotVersion(int Number, string Mark, DateTimeOffset CreatedAt);

/// <summary>
/// Snapshots in storage: table <c>snapshots</c>, a partition for each product, with two rows for each version that are
/// written at once and never again: <c>version|{largest number minus version}</c>, so that the newest comes first, and
/// <c>content|{version}</c>.
/// </summary>
internal sealed class SnapshotsTable(TableAccount account)
{
    private const string VersionKind = "version";

    private readonly Table _table = account.Table("snapshots");

    /// <summary>Done, or Exists when there is such a version already.</summary>
    public async Task<Write> AddAsync(Product product, FrozenSnapshot frozen, DateTimeOffset now, CancellationToken cancel)
    {
        var version = frozen.Snapshot.Version;
        var content = new TableEntity(product.Partition, ContentKey(version));
        RowPieces.Write(content, frozen.ToJson());
        var added = await _table.SubmitAsync(
            [
                Table.Add(new(product.Partition, VersionKey(version))
                {
                    ["Version"] = version,
                    ["Mark"] = frozen.Mark,
                    ["CreatedAt"] = now,
                }),
                Table.Add(content),
            ],
            cancel);
        return added.Outcome;
    }

    public async Task<SnapshotVersion?> FindNewestAsync(Product product, CancellationToken cancel) =>
        await _table.ReadKindAsync(product.Partition, VersionKind, cancel, atMost: 1).FirstOrDefaultAsync(cancel) is { } row
            ? Read(row)
            : null;

    public async Task<SnapshotVersion?> FindAsync(Product product, int version, CancellationToken cancel) =>
        await _table.FindAsync(product.Partition, VersionKey(version), cancel) is { } row ? Read(row) : null;

    /// <summary>The content of a version as it was written, or null when there is no such version.</summary>
    public async Task<byte[]?> FindContentAsync(string partition, int version, CancellationToken cancel) =>
        await _table.FindAsync(partition, ContentKey(version), cancel) is { } row ? RowPieces.Read(row) : null;

    public async Task<ProductSnapshot> GetAsync(Product product, int version, CancellationToken cancel) =>
        JsonSerializer.Deserialize(
            await FindContentAsync(product.Partition, version, cancel)
                ?? throw new InvalidOperationException($"Version {version} of '{product.SystemName}' is served and not there."),
            ContractsJson.Default.ProductSnapshot)!;

    /// <summary>The versions, newest first.</summary>
    public Task<Listing<SnapshotVersion>> ListAsync(Product product, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            _table.ReadKindAsync(product.Partition, VersionKind, cancel, paging.After, paging.Limit + 1),
            row => row.RowKey,
            Read,
            cancel);

    private static string VersionKey(int version) =>
        Key.Of(VersionKind, (int.MaxValue - version).ToString("D10", CultureInfo.InvariantCulture));

    private static string ContentKey(int version) =>
        Key.Of("content", version.ToString("D10", CultureInfo.InvariantCulture));

    private static SnapshotVersion Read(TableEntity row) => new(
        row.GetInt32("Version")!.Value,
        row.GetString("Mark"),
        row.GetDateTimeOffset("CreatedAt")!.Value);
}
