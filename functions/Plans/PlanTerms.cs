using Azure.Data.Tables;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>What a plan says of metrics.</summary>
/// <param name="Limits">How much of them may be used.</param>
/// <param name="Prices">What they cost.</param>
internal sealed record PlanTerms(IReadOnlyList<PlanLimit> Limits, IReadOnlyList<PricingRule> Prices)
{
    /// <summary>
    /// Limits and pricing rules of a plan together. One request may be counted for all of them at once, the plan is
    /// deleted with all of them, and storage takes 100 rows in a transaction.
    /// </summary>
    public const int Most = 95;

    /// <summary>Metrics whose use is counted by the month, for the statement.</summary>
    public IReadOnlyList<string> PricedMetrics { get; } = [.. Prices.Select(price => price.Metric).Distinct()];

    /// <summary>The terms of one plan.</summary>
    public static async Task<PlanTerms> ReadAsync(Product product, string plan, Table parts, CancellationToken cancel) => new(
        await parts.ReadKindAsync(product.Partition, Key.Of(PartKinds.Limit, plan), cancel)
            .Select(LimitsTable.Read)
            .ToListAsync(cancel),
        await parts.ReadKindAsync(product.Partition, Key.Of(PartKinds.PricingRule, plan), cancel)
            .Select(PricingRulesTable.Read)
            .ToListAsync(cancel));

    /// <summary>
    /// Held while terms are added: an action that is Stale when somebody else has added some since, so that what is decided
    /// by those there are, their number or that none overlaps, is still so. Null when there is no such plan.
    /// </summary>
    public static Task<TableTransactionAction?> HoldAsync(Product product, string plan, Table parts, CancellationToken cancel) =>
        parts.HoldAsync(product.Partition, Key.Of(PartKinds.Plan, plan), cancel);
}
