using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Policies;

/// <summary>The policy chain of a product: one row, <c>policies|chain</c>, that is there as long as the product is.</summary>
internal sealed class PoliciesTable(ProductParts parts)
{
    private static readonly string RowKey = Key.Of(PartKinds.Policies, "chain");

    public static PolicyChain Read(TableEntity row) =>
        new(JsonSerializer.Deserialize(row.GetString("Chain"), PoliciesJson.Default.IReadOnlyListPolicyEntry)!);

    /// <summary>A chain as it is stored.</summary>
    public static string Write(PolicyChain chain) =>
        JsonSerializer.Serialize(chain.Policies, PoliciesJson.Default.IReadOnlyListPolicyEntry);

    /// <summary>The chain; null when the product is being deleted.</summary>
    public async Task<Stored<PolicyChain>?> FindAsync(Product product, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, RowKey, cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        PolicyChain chain,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = new TableEntity(product.Partition, RowKey) { ["Chain"] = Write(chain) };
        return (await parts.Table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }
}
