using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads what a plan says of metrics: its limits and its pricing rules.</summary>
internal sealed class TermReader(Fitting fitting, IReadOnlySet<string> metrics)
{
    public const string Limits = "limits";
    public const string Prices = "pricing_rules";

    public (IReadOnlyList<Wanted<PlanLimit>>? Limits, IReadOnlyList<Wanted<PricingRule>>? Prices) Read(
        Section plan,
        IEnumerable<Stored<PlanLimit>> presentLimits,
        IEnumerable<Stored<PricingRule>> presentPrices)
    {
        var limitsNow = presentLimits.ToDictionary(limit => limit.Value.Id);
        var pricesNow = presentPrices.ToDictionary(price => price.Value.Id);
        var seen = new HashSet<string>();
        var limits = Few(plan, Limits, LimitsTable.MostInPlan, TooManyLimits)?
            .Select(section => ReadLimit(section, limitsNow, seen)).OfType<Wanted<PlanLimit>>().ToList();
        var prices = Few(plan, Prices, PlanTerms.Most, TooManyPrices)?
            .Select(section => ReadPrice(section, pricesNow)).OfType<Wanted<PricingRule>>().ToList();
        var keptPrices = Kept(pricesNow, prices).ToList();
        CheckOverlaps(prices ?? [], keptPrices);
        var countOfLimits = (limits?.Count ?? 0) + Kept(limitsNow, limits).Count();
        if (countOfLimits > LimitsTable.MostInPlan)
        {
            TooManyLimits(plan);
        }

        if (countOfLimits + (prices?.Count ?? 0) + keptPrices.Count > PlanTerms.Most)
        {
            TooManyPrices(plan);
        }

        return (limits, prices);
    }

    // Counted first: each is held against the others.
    private IReadOnlyList<Section>? Few(Section plan, string list, int most, Action<Section> refuse)
    {
        var sections = plan.List(list, fitting.Errors);
        if (sections?.Count > most)
        {
            refuse(plan);
            return null;
        }

        return sections;
    }

    private void TooManyLimits(Section plan) => fitting.Errors.Add(
        $"{plan.At}/{Limits}",
        "too_many_limits",
        $"A plan may have {LimitsTable.MostInPlan} limits.");

    private void TooManyPrices(Section plan) => fitting.Errors.Add(
        $"{plan.At}/{Prices}",
        "too_many_pricing_rules",
        $"A plan may have {PlanTerms.Most} limits and pricing rules together.");

    private IEnumerable<T> Kept<T>(Dictionary<string, Stored<T>> present, List<Wanted<T>>? wanted)
        where T : class
    {
        var mentioned = (wanted ?? []).Select(one => one.Present).ToHashSet();
        return fitting.Prune ? [] : present.Values.Where(one => !mentioned.Contains(one)).Select(one => one.Value);
    }

    private Wanted<PlanLimit>? ReadLimit(Section section, Dictionary<string, Stored<PlanLimit>> present, HashSet<string> seen)
    {
        var input = fitting.Fit(section, PlansJson.Default.LimitInput, null, (limit, errors) => limit.Check(errors));
        fitting.CheckMetric(section, metrics);
        if (input is null)
        {
            return null;
        }

        var limit = input.ToLimit();
        fitting.Once(seen, limit.Id, section.At + "/period");
        return new(section.At, limit, present.GetValueOrDefault(limit.Id));
    }

    private Wanted<PricingRule>? ReadPrice(Section section, Dictionary<string, Stored<PricingRule>> present)
    {
        var input = fitting.Fit(section, PlansJson.Default.PricingRuleInput, null, (price, errors) => price.Check(errors));
        fitting.CheckMetric(section, metrics);
        if (input is null)
        {
            return null;
        }

        var price = input.ToRule();
        return new(section.At, price, present.GetValueOrDefault(price.Id));
    }

    private void CheckOverlaps(List<Wanted<PricingRule>> prices, IReadOnlyList<PricingRule> kept)
    {
        foreach (var (index, price) in prices.Index())
        {
            var other = prices.Take(index).Select(before => before.Value).Concat(kept).FirstOrDefault(price.Value.Overlaps);
            if (other is not null)
            {
                var last = other.Max is { } max ? $"to {max}" : "on";
                fitting.Errors.Add(
                    price.At,
                    "overlapping",
                    $"Another rule has a price for units {other.Min} {last} of '{other.Metric}'.");
            }
        }
    }
}
