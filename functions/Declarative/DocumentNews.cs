using Serverless.Functions.Plans;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Tells relays of plans that a document has changed, or may have, having been applied before by somebody who broke off. What
/// else is in one, they are told when it is promoted.
/// </summary>
internal sealed class DocumentNews(PlanNews plans)
{
    public async Task<Applied> TellAsync(Applied applied)
    {
        // Addresses are /api/products/{product}/plans/….
        var products = applied.Changes.Take(applied.Done)
            .Select(change => change.Resource.Split('/'))
            .Where(address => address is ["", "api", "products", _, "plans", ..])
            .Select(address => address[3])
            .Distinct();
        foreach (var product in products)
        {
            await plans.TellAsync(product);
        }

        return applied;
    }
}
