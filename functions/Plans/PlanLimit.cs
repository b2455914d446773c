using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>
/// How much of a metric an application may use in each window of a period; 0 takes the metric out of the plan.
/// </summary>
internal sealed record PlanLimit(string Metric, LimitPeriod Period, long Value)
{
    /// <summary>Names the limit within its plan: a metric has one for each period.</summary>
    public string Id => $"{Metric}.{Period.Name()}";
}

/// <summary>Body that makes or replaces a limit.</summary>
internal sealed record LimitInput
{
    public string? Id { get; init; }

    public string? Metric { get; init; }

    public string? Period { get; init; }

    public long? Value { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        if (existing is null)
        {
            CheckNew(errors);
        }
        else
        {
            CheckSame(errors, existing);
        }

        if (Value is null)
        {
            errors.Required("/value");
        }
        else if (Value < 0)
        {
            errors.Add("/value", "out_of_range", "It needs to be 0 or more.");
        }
    }

    public PlanLimit ToLimit() => new(Metric!, LimitPeriods.Parse(Period)!.Value, Value!.Value);

    private void CheckNew(Errors errors)
    {
        errors.PlannedMetric("/metric", Metric);
        if (Id is not null)
        {
            errors.Add("/id", "immutable", "It is made of metric and period: leave it out.");
        }

        if (Period is null)
        {
            errors.Required("/period");
        }
        else if (LimitPeriods.Parse(Period) is null)
        {
            errors.Add("/period", "unknown_period", $"It needs to be one of {string.Join(", ", LimitPeriods.Names)}.");
        }
    }

    private void CheckSame(Errors errors, string existing)
    {
        var dot = existing.LastIndexOf('.');
        Same("/id", Id, existing);
        Same("/metric", Metric, existing[..dot]);
        Same("/period", Period, existing[(dot + 1)..]);

        void Same(string at, string? sent, string kept)
        {
            if (sent is not null && sent != kept)
            {
                errors.Add(at, "immutable", $"It is '{kept}' and cannot change: leave it out or as it is.");
            }
        }
    }
}
