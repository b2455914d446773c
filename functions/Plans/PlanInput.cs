using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>
/// Body that makes or replaces a plan. What changes by other ways may be there as it was read, so that an answer can be
/// sent back with a change in it.
/// </summary>
internal sealed record PlanInput
{
    private const int MaxTrialDays = 3650;
    private const int MostConnections = 1_000_000;

    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? State { get; init; }

    public bool? ApprovalRequired { get; init; }

    public bool? Default { get; init; }

    public decimal? CostPerMonth { get; init; }

    public decimal? SetupFee { get; init; }

    public int? TrialPeriodDays { get; init; }

    public int? MaxConnections { get; init; }

    public string? Customizes { get; init; }

    public string? CustomizedFor { get; init; }

    public void Check(Errors errors, Plan? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing?.SystemName);
        errors.Name("/name", Name);
        if (State is not null && !PlanStates.All.Contains(State))
        {
            errors.Add("/state", "unknown_state", $"It needs to be one of {string.Join(", ", PlanStates.All)}.");
        }

        errors.CheckMoney("/cost_per_month", CostPerMonth);
        errors.CheckMoney("/setup_fee", SetupFee);
        if (TrialPeriodDays is < 0 or > MaxTrialDays)
        {
            errors.Add("/trial_period_days", "out_of_range", $"It needs 0 to {MaxTrialDays} days.");
        }

        if (MaxConnections is < 0 or > MostConnections)
        {
            errors.Add("/max_connections", "out_of_range", $"It needs 0 to {MostConnections}, or to be left out for no limit.");
        }

        CheckReadOnly(errors, existing);
    }

    public Plan ToPlan(Plan? existing = null) => new()
    {
        SystemName = existing?.SystemName ?? SystemName!,
        Name = Name!,
        State = State ?? PlanStates.Published,
        ApprovalRequired = ApprovalRequired ?? false,
        Default = existing?.Default ?? false,
        CostPerMonth = CostPerMonth ?? 0,
        SetupFee = SetupFee ?? 0,
        TrialPeriodDays = TrialPeriodDays ?? 0,
        MaxConnections = MaxConnections,
        Customizes = existing?.Customizes,
        CustomizedFor = existing?.CustomizedFor,
    };

    private void CheckReadOnly(Errors errors, Plan? existing)
    {
        if (Default is not null && Default != (existing?.Default ?? false))
        {
            errors.Add("/default", "immutable", "It changes by :make-default and :clear-default: leave it out or as it is.");
        }

        Same("/customizes", Customizes, existing?.Customizes);
        Same("/customized_for", CustomizedFor, existing?.CustomizedFor);

        void Same(string at, string? sent, string? kept)
        {
            if (sent is not null && sent != kept)
            {
                errors.Add(at, "immutable", "It is set by :customize-plan of an application: leave it out or as it is.");
            }
        }
    }
}
