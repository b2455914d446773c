using System.Globalization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>What each unit of a metric costs, from one unit of a month to another.</summary>
/// <param name="Metric">The metric, as the product calls it.</param>
/// <param name="Min">The first unit that costs this, 1 and up.</param>
/// <param name="Max">The last; null for all that follow.</param>
/// <param name="CostPerUnit">What each of them costs.</param>
internal sealed record PricingRule(string Metric, long Min, long? Max, decimal CostPerUnit)
{
    /// <summary>Names the rule within its plan: no two of a metric begin with the same unit.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Metric}.{Min}");

    /// <summary>Whether some unit would have two prices.</summary>
    public bool Overlaps(PricingRule other) =>
        Metric == other.Metric && Min <= (other.Max ?? long.MaxValue) && other.Min <= (Max ?? long.MaxValue);
}

/// <summary>Body that makes or replaces a pricing rule.</summary>
internal sealed record PricingRuleInput
{
    private const decimal MostPerUnit = 1_000_000m;

    public string? Id { get; init; }

    public string? Metric { get; init; }

    public long? Min { get; init; }

    public long? Max { get; init; }

    public decimal? CostPerUnit { get; init; }

    public void Check(Errors errors, PricingRule? existing = null)
    {
        if (existing is null)
        {
            CheckNew(errors);
        }
        else
        {
            CheckSame(errors, existing);
        }

        if (Max is { } max && (existing?.Min ?? Min) is { } min && max < min)
        {
            errors.Add("/max", "out_of_range", $"It needs to be {min} or more, or left out for no end.");
        }

        if (CostPerUnit is null)
        {
            errors.Required("/cost_per_unit");
        }

        errors.CheckMoney("/cost_per_unit", CostPerUnit, MostPerUnit);
    }

    public PricingRule ToRule(PricingRule? existing = null) =>
        new(existing?.Metric ?? Metric!, existing?.Min ?? Min!.Value, Max, CostPerUnit!.Value);

    private void CheckNew(Errors errors)
    {
        errors.PlannedMetric("/metric", Metric);
        if (Id is not null)
        {
            errors.Add("/id", "immutable", "It is made of metric and min: leave it out.");
        }

        if (Min is null)
        {
            errors.Required("/min");
        }
        else if (Min < 1)
        {
            errors.Add("/min", "out_of_range", "It needs to be 1 or more.");
        }
    }

    private void CheckSame(Errors errors, PricingRule existing)
    {
        Same("/id", Id, existing.Id);
        Same("/metric", Metric, existing.Metric);
        Same("/min", Min?.ToString(CultureInfo.InvariantCulture), existing.Min.ToString(CultureInfo.InvariantCulture));

        void Same(string at, string? sent, string kept)
        {
            if (sent is not null && sent != kept)
            {
                errors.Add(at, "immutable", $"It is '{kept}' and cannot change: leave it out or as it is.");
            }
        }
    }
}
