using Azure.Data.Tables;
using Serverless.Functions.Backends;
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
        .. FirstMetric.Add(product.Partition),
        Table.Add(new TableEntity(product.Partition, Key.Of(PartKinds.Policies, "chain")) { ["Chain"] = "[]" }),
    ];

    public Parts Of(Product product) => new(Table, product.Partition);

    /// <summary>
    /// The rows of a product that promotion freezes, in the order of the keys: metrics, plans, the policy chain, rules and
    /// backends. Keys before those are of rows that grow with the applications, or with the limits and prices of plans.
    /// </summary>
    public IAsyncEnumerable<TableEntity> ReadDraftAsync(Product product, CancellationToken cancel) =>
        Table.ReadAsync(product.Partition, PartKinds.Metric + "|", $"{PartKinds.Usage}|{Key.Last}", null, cancel);
}
