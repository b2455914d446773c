using Serverless.Functions.Products;

namespace Serverless.Functions.Housekeeping;

/// <summary>Tells what belongs to a product that is there from what one has left that is gone.</summary>
internal sealed class LivingProducts(ProductsTable products)
{
    /// <summary>Whether there is no such product: a generation never comes back.</summary>
    public async Task<bool> LackAsync(string name, string generation, CancellationToken cancel) =>
        (await products.FindAsync(name, cancel))?.Value.Generation != generation;

    /// <summary>The same for a partition of a product's own.</summary>
    public Task<bool> LackAsync(string partition, CancellationToken cancel)
    {
        var (name, generation) = Split(partition);
        return LackAsync(name, generation, cancel);
    }

    /// <summary>Name and generation that make a partition.</summary>
    public static (string Name, string Generation) Split(string partition)
    {
        var end = partition.LastIndexOf('~');
        return (partition[..end], partition[(end + 1)..]);
    }
}
