using System.Globalization;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>
/// Environments in storage: table <c>environments</c>, a partition for each, row = product. What is left of a deleted
/// product has another generation than the product of its name, if there is one, and is taken for nothing.
/// </summary>
internal sealed class EnvironmentsTable(TableAccount account)
{
    // Behind the kind, as a listing of it reads it.
    private const string Kind = "product";

    private readonly Table _table = account.Table("environments");

    /// <summary>What the environment serves of the product; null when it serves nothing.</summary>
    public async Task<EnvironmentRecord?> FindAsync(string environment, Product product, CancellationToken cancel) =>
        await FindAnyAsync(environment, product.SystemName, cancel) is { } record && record.Generation == product.Generation
            ? record
            : null;

    /// <summary>Moves the pointer: Done, or not when somebody else has since it was read.</summary>
    public async Task<(Write Outcome, EnvironmentRecord Written)> WriteAsync(EnvironmentRecord record, CancellationToken cancel)
    {
        var row = Row(record);
        if (record.ETag != default)
        {
            return (await _table.ReplaceAsync(row, record.ETag, cancel), record with { ETag = row.ETag });
        }

        // The first of this product, but perhaps not of this name.
        var left = await FindAnyAsync(record.Environment, record.Product, cancel);
        var outcome = left is null
            ? await _table.AddAsync(row, cancel)
            : left.Generation == record.Generation
                ? Write.Exists
                : await _table.ReplaceAsync(row, left.ETag, cancel);
        return (outcome, record with { ETag = row.ETag });
    }

    /// <summary>All products of an environment, those that are deleted too.</summary>
    public IAsyncEnumerable<EnvironmentRecord> AllAsync(string environment, CancellationToken cancel) =>
        _table.ReadKindAsync(environment, Kind, cancel).Select(Read);

    /// <summary>The same in parts, by name.</summary>
    public Task<Listing<EnvironmentRecord>> ListAsync(string environment, Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(environment, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private async Task<EnvironmentRecord?> FindAnyAsync(string environment, string product, CancellationToken cancel) =>
        await _table.FindAsync(environment, Key.Of(Kind, product), cancel) is { } row ? Read(row) : null;

    private static TableEntity Row(EnvironmentRecord record) => new(record.Environment, Key.Of(Kind, record.Product))
    {
        ["Product"] = record.Product,
        ["Generation"] = record.Generation,
        ["Version"] = record.Version,
        ["PromotedAt"] = record.PromotedAt,
        ["PublicBaseUrl"] = record.PublicBaseUrl,
        ["PinnedAt"] = record.PinnedAt,
        ["PinReason"] = record.PinReason,
        ["Before"] = string.Join(',', record.Before),
        ["Held"] = string.Join(',', record.Held),
        ["Moves"] = string.Join(',', record.Moves.Select(move => string.Create(CultureInfo.InvariantCulture, $"{move.Version}@{move.At.UtcTicks}"))),
    };

    private static EnvironmentRecord Read(TableEntity row) => new()
    {
        Environment = row.PartitionKey,
        Product = row.GetString("Product"),
        Generation = row.GetString("Generation"),
        Version = row.GetInt32("Version")!.Value,
        PromotedAt = row.GetDateTimeOffset("PromotedAt")!.Value,
        PublicBaseUrl = row.GetString("PublicBaseUrl"),
        PinnedAt = row.GetDateTimeOffset("PinnedAt"),
        PinReason = row.GetString("PinReason"),
        Before = ReadNumbers(row.GetString("Before")),
        Held = ReadNumbers(row.GetString("Held")),
        Moves = ReadMoves(row),
        ETag = row.ETag,
    };

    private static List<int> ReadNumbers(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
    ];

    // Rows from before moves were written down know the last one.
    private static List<Move> ReadMoves(TableEntity row) => row.GetString("Moves") is { } text
        ?
        [
            .. text.Split(',').Select(move => move.Split('@')).Select(move => new Move(
                int.Parse(move[0], CultureInfo.InvariantCulture),
                new(long.Parse(move[1], CultureInfo.InvariantCulture), TimeSpan.Zero))),
        ]
        : [new(row.GetInt32("Version")!.Value, row.GetDateTimeOffset("PromotedAt")!.Value)];
}
