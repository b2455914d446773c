using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>The plans of one product with their limits, at one moment.</summary>
/// <param name="Generation">Of the product.</param>
/// <param name="Limits">By the system name of the plan; a plan without limits is there with none.</param>
internal sealed record ProductPlans(string Generation, IReadOnlyDictionary<string, IReadOnlyList<PlanLimit>> Limits);

/// <summary>Reads what authorisation needs of a product.</summary>
internal sealed class PlanCatalogue(ProductsTable products, ProductParts parts)
{
    /// <summary>The plans of a product, or null when there is no such product.</summary>
    public async Task<ProductPlans?> ReadAsync(string product, CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return null;
        }

        // Plans first: then a plan that is known has all the limits that it had when it was read. One that comes in
        // between is unknown until the next reading.
        var plans = await parts.Table.ReadKindAsync(owner.Partition, PartKinds.Plan, cancel).ToListAsync(cancel);
        var limits = await parts.Table.ReadKindAsync(owner.Partition, PartKinds.Limit, cancel).ToListAsync(cancel);
        var byPlan = limits.ToLookup(row => row.RowKey.Split('|')[1], LimitsTable.Read);
        return new(
            owner.Generation,
            plans.Select(row => row.GetString("SystemName"))
                .ToDictionary(name => name, IReadOnlyList<PlanLimit> (name) => [.. byPlan[Key.Escape(name)]]));
    }
}
