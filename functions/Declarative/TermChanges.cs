using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What becomes of a plan's limits and pricing rules. No unit may have two prices at any time, so ranges become shorter
/// before others become longer, and new ones come last.
/// </summary>
internal sealed class TermChanges(LimitsTable limits, PricingRulesTable prices)
{
    public void Put(
        ChangeList changes,
        Product product,
        string plan,
        string address,
        IEnumerable<Wanted<PlanLimit>> wantedLimits,
        IEnumerable<Wanted<PricingRule>> wantedPrices)
    {
        foreach (var limit in wantedLimits)
        {
            changes.Put(
                Address(address, limit.Value),
                limit,
                PlansJson.Default.PlanLimit,
                async cancel => (await limits.AddAsync(product, plan, limit.Value, cancel)).Outcome == Limiting.Done,
                async (tag, cancel) => (await limits.ReplaceAsync(product, plan, limit.Value, tag, cancel)).Outcome == Write.Done);
        }

        foreach (var price in wantedPrices.OrderBy(Turn))
        {
            changes.Put(
                Address(address, price.Value),
                price,
                PlansJson.Default.PricingRule,
                async cancel => (await prices.AddAsync(product, plan, price.Value, cancel)).Outcome == Pricing.Done,
                async (tag, cancel) => (await prices.ReplaceAsync(product, plan, price.Value, tag, cancel)).Outcome == Pricing.Done);
        }
    }

    public void Rest(
        ChangeList changes,
        Product product,
        string plan,
        string address,
        PresentProduct present,
        IReadOnlyList<Wanted<PlanLimit>>? wantedLimits,
        IReadOnlyList<Wanted<PricingRule>>? wantedPrices,
        bool prune)
    {
        changes.Rest(
            present.Limits[plan],
            wantedLimits,
            prune,
            limit => Address(address, limit),
            PlansJson.Default.PlanLimit,
            async (limit, tag, cancel) => await limits.DeleteAsync(product, plan, limit.Id, tag, cancel) == Write.Done);
        changes.Rest(
            present.Prices[plan],
            wantedPrices,
            prune,
            price => Address(address, price),
            PlansJson.Default.PricingRule,
            async (price, tag, cancel) => await prices.DeleteAsync(product, plan, price.Id, tag, cancel) == Write.Done);
    }

    private static int Turn(Wanted<PricingRule> price) => price.Present is not { Value: var present } ? 2
        : (price.Value.Max ?? long.MaxValue) <= (present.Max ?? long.MaxValue) ? 0
        : 1;

    private static string Address(string plan, PlanLimit limit) => $"{plan}/limits/{limit.Id}";

    private static string Address(string plan, PricingRule price) => $"{plan}/pricing-rules/{price.Id}";
}
