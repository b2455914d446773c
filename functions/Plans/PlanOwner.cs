using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Plans;

/// <summary>Finds whose plan a path names, for what belongs to plans.</summary>
internal static class PlanOwner
{
    /// <summary>The product, which has such a plan; or the refusal that names what there is not.</summary>
    public static async Task<(Product? Owner, Problem? Missing)> FindOwnerAsync(
        this PlansTable plans,
        ProductsTable products,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return (null, Problem.NotFound("product", product));
        }

        return await plans.FindAsync(owner, plan, cancel) is null
            ? (null, Problem.NotFound("plan", plan))
            : (owner, null);
    }
}
