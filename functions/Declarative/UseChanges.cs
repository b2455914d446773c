using Azure;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What becomes of the backends in a product. Storage keeps two of them off one path at any time, so they leave before
/// others come, and move in an order in which each finds its path free; where they change places, one steps aside first.
/// </summary>
internal sealed class UseChanges(UsedBackendsTable used)
{
    public void Plan(ChangeList changes, Product product, PresentProduct present, IReadOnlyList<WantedUse>? wanted, bool prune)
    {
        var uses = wanted?.Select(use => use.Use).ToList();
        changes.Rest(
            present.Uses,
            uses,
            prune,
            use => Address(product, use),
            ProductsJson.Default.UsedBackend,
            async (use, tag, cancel) => await used.DeleteAsync(product, use.Backend, tag, cancel) == Write.Done);

        // Of those that stepped aside.
        var tags = new Dictionary<string, ETag>();
        foreach (var use in InOrder(uses ?? []))
        {
            changes.Put(
                Address(product, use.Value),
                use,
                ProductsJson.Default.UsedBackend,
                async cancel => (await used.AddAsync(product, use.Value, cancel)).Outcome == Mounting.Done,
                async (tag, cancel) =>
                {
                    var ifMatch = tags.GetValueOrDefault(use.Value.Backend, tag);
                    (var outcome, tags[use.Value.Backend]) = await used.ReplaceAsync(product, use.Value, ifMatch, cancel);
                    return outcome == Mounting.Done;
                });
        }
    }

    private static IEnumerable<Wanted<UsedBackend>> InOrder(IReadOnlyList<Wanted<UsedBackend>> uses)
    {
        var waiting = uses.ToList();
        while (waiting.Count > 0)
        {
            var free = waiting.Where(use => !waiting.Exists(other => other != use && Stands(other, use.Value.Path))).ToList();
            foreach (var use in free)
            {
                yield return use;
            }

            waiting.RemoveAll(free.Contains);
            if (free.Count == 0)
            {
                // A ring of backends that wait for each other's paths.
                var aside = waiting[0].Value with { Path = $"/{waiting[0].Value.Backend}~" };
                yield return waiting[0] with { Value = aside };
                waiting[0] = waiting[0] with { Present = new(aside, default) };
            }
        }
    }

    private static bool Stands(Wanted<UsedBackend> use, string path) =>
        string.Equals(use.Present?.Value.Path, path, StringComparison.OrdinalIgnoreCase);

    private static string Address(Product product, UsedBackend use) => $"/api/products/{product.SystemName}/backends/{use.Backend}";
}
