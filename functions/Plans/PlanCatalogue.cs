using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>What authorisation needs of one plan.</summary>
/// <param name="Terms">What it says of metrics; a plan that says nothing is there with none.</param>
/// <param name="Metered">
/// Its limits on what relays count while tunnels are open: on built-in metrics, on those that message rules count on, and on
/// what is above these.
/// </param>
/// <param name="MaxConnections">Tunnels that an application may have open at once; null for any number.</param>
internal sealed record LivePlan(PlanTerms Terms, IReadOnlyList<PlanLimit> Metered, int? MaxConnections);

/// <summary>What authorisation needs of one product, at one moment.</summary>
/// <param name="Product">The product.</param>
/// <param name="Metrics">Its metrics, and what counts along with what.</param>
/// <param name="Plans">By the system name of the plan.</param>
internal sealed record ProductPlans(Product Product, MetricTree Metrics, IReadOnlyDictionary<string, LivePlan> Plans)
{
    public string Generation => Product.Generation;
}

/// <summary>Reads what authorisation needs of a product.</summary>
internal sealed class PlanCatalogue(ProductsTable products, ProductParts parts, ProductMetrics metrics)
{
    /// <summary>The plans of a product, or null when there is no such product.</summary>
    public async Task<ProductPlans?> ReadAsync(string product, CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return null;
        }

        // Plans first: then a plan that is known has all the terms that it had when it was read. One that comes in
        // between is unknown until the next reading.
        var plans = await parts.Table.ReadKindAsync(owner.Partition, PartKinds.Plan, cancel).ToListAsync(cancel);
        var limits = await ByPlanAsync(owner, PartKinds.Limit, LimitsTable.Read, cancel);
        var prices = await ByPlanAsync(owner, PartKinds.PricingRule, PricingRulesTable.Read, cancel);
        var tree = await metrics.ReadAsync(owner, cancel);
        var metered = await MeteredAsync(owner, tree, cancel);
        return new(
            owner,
            tree,
            plans.Select(PlanColumns.Read).ToDictionary(plan => plan.SystemName, plan =>
            {
                var terms = new PlanTerms([.. limits[Key.Escape(plan.SystemName)]], [.. prices[Key.Escape(plan.SystemName)]]);
                return new LivePlan(terms, [.. terms.Limits.Where(limit => metered.Contains(limit.Metric))], plan.MaxConnections);
            }));
    }

    // By the rules of the draft: those that relays go by may be older or newer by one promotion.
    private async Task<HashSet<string>> MeteredAsync(Product product, MetricTree tree, CancellationToken cancel) =>
        await parts.Table.ReadKindAsync(product.Partition, PartKinds.MessageRule, cancel)
            .Select(row => row.GetString(PartKinds.MetricColumn))
            .SelectMany(metric => tree.AncestorsOf(metric).Prepend(metric))
            .Concat(BuiltinMetrics.All.ToAsyncEnumerable())
            .ToHashSetAsync(cancellationToken: cancel);

    private async Task<ILookup<string, T>> ByPlanAsync<T>(
        Product product,
        string kind,
        Func<TableEntity, T> read,
        CancellationToken cancel)
    {
        var rows = await parts.Table.ReadKindAsync(product.Partition, kind, cancel).ToListAsync(cancel);
        return rows.ToLookup(row => row.RowKey.Split('|')[1], read);
    }
}
