using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>
/// Table <c>productparts</c>: everything that belongs to a product, in one partition, so that what has to change together
/// does, and one scan reads it all.
/// </summary>
internal sealed class ProductParts(TableAccount account)
{
    public Table Table { get; } = account.Table("productparts");

    /// <summary>What a product has from the beginning: the metric <c>hits</c> and an empty policy chain.</summary>
    public static IReadOnlyList<TableTransactionAction> First(Product product) =>
    [
        Table.Add(new TableEntity(product.Partition, Key.Of(PartKinds.Metric, PartKinds.Hits))
        {
            ["SystemName"] = PartKinds.Hits,
            ["Name"] = "Hits",
            ["Unit"] = "hit",
            ["Description"] = "Requests, and handshakes of tunnels.",
        }),
        Guard.Add(product.Partition, Key.Of(PartKinds.Metric, PartKinds.Hits)),
        Table.Add(new TableEntity(product.Partition, Key.Of(PartKinds.Policies, "chain")) { ["Chain"] = "[]" }),
    ];

    /// <summary>Every row of a product, in the order of the keys.</summary>
    public IAsyncEnumerable<TableEntity> ReadAllAsync(Product product, CancellationToken cancel) =>
        Table.ReadAsync(product.Partition, "", Key.Last.ToString(), null, cancel);

    /// <summary>
    /// The rows of a product that promotion freezes, in the order of the keys: metrics, plans, the policy chain, rules and
    /// backends. Keys before those are of rows that grow with the applications, or with the limits of their plans.
    /// </summary>
    public IAsyncEnumerable<TableEntity> ReadDraftAsync(Product product, CancellationToken cancel) =>
        Table.ReadAsync(product.Partition, PartKinds.Metric + "|", $"{PartKinds.Usage}|{Key.Last}", null, cancel);

    /// <summary>Removes every row of a product that is not there any more. What a crash leaves, nobody finds.</summary>
    public async Task ClearAsync(Product product, CancellationToken cancel)
    {
        const int MostInOneTransaction = 100;
        var rows = await ReadAllAsync(product, cancel)
            .Select(row => Table.Delete(row.PartitionKey, row.RowKey, Azure.ETag.All))
            .ToListAsync(cancel);
        foreach (var some in rows.Chunk(MostInOneTransaction))
        {
            await Table.SubmitAsync(some, cancel);
        }
    }
}
