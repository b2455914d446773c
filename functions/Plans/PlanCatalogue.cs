using Azure.Data.Tables;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>What authorisation needs of one product, at one moment.</summary>
/// <param name="Product">The product.</param>
/// <param name="Metrics">Its metrics, and what counts along with what.</param>
/// <param name="Terms">By the system name of the plan; a plan without terms is there with none.</param>
internal sealed record ProductPlans(Product Product, MetricTree Metrics, IReadOnlyDictionary<string, PlanTerms> Terms)
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
        return new(
            owner,
            await metrics.ReadAsync(owner, cancel),
            plans.Select(row => row.GetString("SystemName")).ToDictionary(
                name => name,
                name => new PlanTerms([.. limits[Key.Escape(name)]], [.. prices[Key.Escape(name)]])));
    }

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
