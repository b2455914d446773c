using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>Removes what else there are notes of that a product, which is gone, has named: its parts still tell.</summary>
internal delegate Task ForgetProduct(Product product, CancellationToken cancel);

/// <summary>
/// Products in storage: table <c>products</c>, one partition, row = <c>product|{name}</c>. The row is the product: it is
/// written after its parts and deleted before them, so that no product is ever seen with half of them.
/// </summary>
internal sealed class ProductsTable(TableAccount account, ProductParts parts, BackendUses uses, ForgetProduct forget)
{
    private const string Partition = "products";
    private const string Kind = "product";

    private readonly Table _table = account.Table("products");

    public async Task<Stored<Product>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? new(ProductColumns.Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Product product, CancellationToken cancel)
    {
        await parts.Table.SubmitAsync(ProductParts.First(product), cancel);
        var row = Row(product);
        var outcome = await _table.AddAsync(row, cancel);
        if (outcome == Write.Done)
        {
            return (outcome, row.ETag);
        }

        // Not before it is certain that the one there is another's: these may be the parts of a product that is live.
        if (await FindAsync(product.SystemName, cancel) is { } there && there.Value.Generation == product.Generation)
        {
            return (Write.Done, there.ETag);
        }

        await parts.Of(product).ClearAsync(cancel);
        return (outcome, default);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(Product product, ETag ifMatch, CancellationToken cancel)
    {
        var row = Row(product);
        return (await _table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale or Missing. Its backends, and the policies that its chain names, may be deleted afterwards.</summary>
    public async Task<Write> DeleteAsync(Product product, ETag ifMatch, CancellationToken cancel)
    {
        var outcome = await _table.DeleteAsync(Partition, Key.Of(Kind, product.SystemName), ifMatch, cancel);
        if (outcome == Write.Done)
        {
            await foreach (var row in parts.Table.ReadKindAsync(product.Partition, PartKinds.Usage, cancel))
            {
                await uses.RemoveAsync(new(row.GetString("Backend"), product.SystemName, product.Generation), ETag.All, cancel);
            }

            await forget(product, cancel);
            await parts.Of(product).ClearAsync(cancel);
        }

        return outcome;
    }

    /// <summary>All products, by name.</summary>
    public IAsyncEnumerable<Product> AllAsync(CancellationToken cancel) =>
        _table.ReadKindAsync(Partition, Kind, cancel).Select(ProductColumns.Read);

    public Task<Listing<Product>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        ProductColumns.Read,
        cancel);

    private static TableEntity Row(Product product) =>
        ProductColumns.Write(product, new TableEntity(Partition, Key.Of(Kind, product.SystemName)));
}
