using Serverless.Functions.Metrics;
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
    ProductParts parts,
    BackendChanges backends,
    UseChanges uses,
    PlanChanges plans,
    SharedPolicyChanges shared,
    ChainChange chain)
{
    public IReadOnlyList<Change> Plan(WantedProduct wanted, PresentProduct present, bool prune)
    {
        var changes = new ChangeList();
        var product = wanted.Product.Value;
        var described = (wanted.Uses ?? []).Select(use => use.Backend).OfType<WantedBackend>().ToList();
        var owner = OwnerOf(product);
        backends.Put(changes, described, prune);
        shared.Put(changes, wanted.SharedPolicies);
        changes.Put(
            owner.Address,
            wanted.Product,
            ProductsJson.Default.Product,
            async cancel => (await products.AddAsync(product, cancel)).Outcome == Write.Done,
            async (tag, cancel) => (await products.ReplaceAsync(product, tag, cancel)).Outcome == Write.Done,
            differs: product.SecretToken != present.Product?.Value.SecretToken);
        MetricChanges.Put(changes, owner, wanted.Metrics ?? []);
        plans.Rest(changes, product, present, wanted.Plans, prune);
        RuleChanges.Rest(changes, owner, present.Rules, wanted.Rules, prune);
        MessageRuleChanges.Rest(changes, owner, present.MessageRules, wanted.MessageRules, prune);
        uses.Plan(changes, product, present, wanted.Uses, prune);
        RuleChanges.Put(changes, owner, wanted.Rules ?? []);
        MessageRuleChanges.Put(changes, owner, wanted.MessageRules ?? []);
        chain.Put(changes, product, present.Chain, wanted.Chain ?? (prune ? new PolicyChain([]) : present.Chain.Value));
        plans.Put(changes, product, wanted.Plans ?? []);
        MetricChanges.Rest(changes, owner, present.Metrics, wanted.Metrics, prune);
        backends.Rest(changes, described, prune);
        return changes.Changes;
    }

    private ChangedOwner OwnerOf(Product product) => new(
        $"/api/products/{product.SystemName}",
        parts.Of(product),
        (metric, cancel) => MetricReferences.AnyInProductAsync(parts.Of(product), metric, cancel));
}
