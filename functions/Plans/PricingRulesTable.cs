using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>How writing a pricing rule ended.</summary>
internal enum Pricing
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>The plan has a rule for this metric that begins with the same unit.</summary>
    Exists,

    /// <summary>Some unit has a price by another rule already.</summary>
    Overlapping,

    /// <summary>The product has no such metric.</summary>
    NoMetric,

    /// <summary>The product has no such plan.</summary>
    NoPlan,

    /// <summary>The plan has as many terms as a plan may have.</summary>
    TooMany,

    /// <summary>Somebody changed it since it was read.</summary>
    Stale,

    /// <summary>There is no such rule.</summary>
    Missing,
}

/// <summary>What became of a pricing rule.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ETag">Of the rule, when it is done.</param>
/// <param name="Other">The rule in the way, when they overlap.</param>
internal readonly record struct Priced(Pricing Outcome, ETag ETag = default, PricingRule? Other = null);

/// <summary>
/// Pricing rules in storage: rows <c>charge|{plan}|{metric}.{min}</c> among the parts of the product. Each is written with
/// the plan's guard held, so that of two that overlap one is refused however they come.
/// </summary>
internal sealed class PricingRulesTable(ProductParts parts, MetricReferences references)
{
    public static PricingRule Read(TableEntity row) => new(
        row.GetString(PartKinds.MetricColumn),
        row.GetInt64("Min")!.Value,
        row.GetInt64("Max"),
        Money.FromUnits(row.GetInt64("CostPerUnit")!.Value));

    public static TableEntity Row(Product product, string plan, PricingRule rule) =>
        new(product.Partition, Key.Of(PartKinds.PricingRule, plan, rule.Id))
        {
            [PartKinds.MetricColumn] = rule.Metric,
            ["Min"] = rule.Min,
            ["Max"] = rule.Max,
            ["CostPerUnit"] = Money.ToUnits(rule.CostPerUnit),
        };

    public async Task<Stored<PricingRule>?> FindAsync(Product product, string plan, string id, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, Key.Of(PartKinds.PricingRule, plan, id), cancel) is { } row
            ? new(Read(row), row.ETag)
            : null;

    public async Task<Priced> AddAsync(Product product, string plan, PricingRule rule, CancellationToken cancel)
    {
        while (await PlanTerms.HoldAsync(product, plan, parts.Table, cancel) is { } held)
        {
            var terms = await PlanTerms.ReadAsync(product, plan, parts.Table, cancel);
            if (Refuse(terms, rule) is { } refusal)
            {
                return refusal;
            }

            var row = Row(product, plan, rule);
            var submitted = await references.SubmitAsync(
                product,
                rule.Metric,
                [held, Table.Add(row)],
                () => DeleteAsync(product, plan, rule.Id, row.ETag, cancel),
                cancel);
            if (submitted.Outcome == Write.Done)
            {
                return new(Pricing.Done, row.ETag);
            }

            if (submitted.FailedAction == 0)
            {
                return new(Pricing.NoMetric);
            }
        }

        return new(Pricing.NoPlan);
    }

    /// <summary>Done, Overlapping, Stale, or Missing.</summary>
    public async Task<Priced> ReplaceAsync(
        Product product,
        string plan,
        PricingRule rule,
        ETag ifMatch,
        CancellationToken cancel)
    {
        while (await PlanTerms.HoldAsync(product, plan, parts.Table, cancel) is { } held)
        {
            var terms = await PlanTerms.ReadAsync(product, plan, parts.Table, cancel);
            if (terms.Prices.FirstOrDefault(price => price.Id != rule.Id && price.Overlaps(rule)) is { } other)
            {
                return new(Pricing.Overlapping, Other: other);
            }

            var row = Row(product, plan, rule);
            var submitted = await parts.Table.SubmitAsync([held, Table.Replace(row, ifMatch)], cancel);
            switch (submitted)
            {
                case { Outcome: Write.Done }:
                    return new(Pricing.Done, row.ETag);
                case { FailedAction: 1, Outcome: Write.Missing }:
                    return new(Pricing.Missing);
                case { FailedAction: 1 }:
                    return new(Pricing.Stale);
            }
        }

        return new(Pricing.Missing);
    }

    public Task<Write> DeleteAsync(Product product, string plan, string id, ETag ifMatch, CancellationToken cancel) =>
        parts.Table.DeleteAsync(product.Partition, Key.Of(PartKinds.PricingRule, plan, id), ifMatch, cancel);

    /// <summary>All rules of a plan.</summary>
    public async Task<IReadOnlyList<PricingRule>> AllAsync(Product product, string plan, CancellationToken cancel) =>
        await parts.Table.ReadKindAsync(product.Partition, Key.Of(PartKinds.PricingRule, plan), cancel)
            .Select(Read)
            .ToListAsync(cancel);

    public Task<Listing<PricingRule>> ListAsync(Product product, string plan, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            parts.Table.ReadKindAsync(
                product.Partition,
                Key.Of(PartKinds.PricingRule, plan),
                cancel,
                paging.After,
                paging.Limit + 1),
            row => row.RowKey,
            Read,
            cancel);

    private static Priced? Refuse(PlanTerms terms, PricingRule rule) =>
        terms.Prices.Any(price => price.Id == rule.Id) ? new(Pricing.Exists)
        : terms.Prices.FirstOrDefault(price => price.Overlaps(rule)) is { } other ? new(Pricing.Overlapping, Other: other)
        : terms.Limits.Count + terms.Prices.Count >= PlanTerms.Most ? new(Pricing.TooMany)
        : null;
}
