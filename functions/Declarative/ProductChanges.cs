using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What becomes of a product and of everything in it, in an order in which each step finds what it needs: what is named
/// comes before what names it, and goes after it.
/// </summary>
internal sealed class ProductChanges(
    ProductsTable products,
    PoliciesTable policies,
    BackendChanges backends,
    UseChanges uses,
    MetricChanges metrics,
    RuleChanges rules,
    PlanChanges plans)
{
    public IReadOnlyList<Change> Plan(WantedProduct wanted, PresentProduct present, bool prune)
    {
        var changes = new ChangeList();
        var product = wanted.Product.Value;
        backends.Put(changes, (wanted.Uses ?? []).Select(use => use.Backend).OfType<WantedBackend>());
        changes.Put(
            $"/api/products/{product.SystemName}",
            wanted.Product,
            ProductsJson.Default.Product,
            async cancel => (await products.AddAsync(product, cancel)).Outcome == Write.Done,
            async (tag, cancel) => (await products.ReplaceAsync(product, tag, cancel)).Outcome == Write.Done);
        metrics.Put(changes, product, wanted.Metrics ?? []);
        plans.Rest(changes, product, present, wanted.Plans, prune);
        rules.Rest(changes, product, present, wanted.Rules, prune);
        uses.Plan(changes, product, present, wanted.Uses, prune);
        rules.Put(changes, product, wanted.Rules ?? []);
        PutChain(changes, product, present, wanted.Chain ?? (prune ? new PolicyChain([]) : present.Chain.Value), wanted.Product.At);
        plans.Put(changes, product, wanted.Plans ?? []);
        metrics.Rest(changes, product, present.Metrics, wanted.Metrics, prune);
        return changes.Changes;
    }

    private void PutChain(ChangeList changes, Product product, PresentProduct present, PolicyChain chain, string at) => changes.Put(
        $"/api/products/{product.SystemName}/policies",
        new Wanted<PolicyChain>(at, chain, present.Chain),
        PoliciesJson.Default.PolicyChain,
        _ => throw new InvalidOperationException("A product has a chain from its first day."),
        async (tag, cancel) =>
        {
            // That of a product made by this very document got a tag with it.
            var ifMatch = tag == default ? (await policies.FindAsync(product, cancel))?.ETag : tag;
            return ifMatch is { } known && (await policies.ReplaceAsync(product, chain, known, cancel)).Outcome == Write.Done;
        });
}
