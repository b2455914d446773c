using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Products;

namespace Serverless.Functions.Plans;

/// <summary>
/// Tells relays that a plan of a product has other terms: of all its applications, since which of them are on it would be a
/// list to read.
/// </summary>
internal sealed class PlanNews(EventLog events)
{
    public Task TellAsync(Product product) => TellAsync(product.SystemName);

    public Task TellAsync(string product) => events.AnnounceAsync(new(EventKinds.ApplicationPlanChanged) { Product = product });
}
