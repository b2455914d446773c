using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>Terms under which applications use a product: its limits and its prices.</summary>
internal sealed record Plan
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="PlanStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Whether a new application waits until it is accepted.</summary>
    public bool ApprovalRequired { get; init; }

    /// <summary>Whether applications that name no plan are put on it; of a product's plans, one at most.</summary>
    public bool Default { get; init; }

    public decimal CostPerMonth { get; init; }

    /// <summary>Charged once.</summary>
    public decimal SetupFee { get; init; }

    /// <summary>Days from the creation of an application for which it pays no fixed cost.</summary>
    public int TrialPeriodDays { get; init; }

    /// <summary>Tunnels that an application may have open at once, 0 for none; null for any number.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The plan that this one is a copy of, made for one application alone.</summary>
    public string? Customizes { get; init; }

    /// <summary>Identifier of that application; no other is put on the plan.</summary>
    public string? CustomizedFor { get; init; }
}

/// <summary>Whether developers are shown a plan, as in 3scale; it does not change what its applications may do.</summary>
internal static class PlanStates
{
    public const string Hidden = "hidden";
    public const string Published = "published";

    public static IReadOnlyList<string> All { get; } = [Hidden, Published];
}

/// <summary>How plans, their limits and their prices are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(PlanInput))]
[JsonSerializable(typeof(Listing<Plan>))]
[JsonSerializable(typeof(PlanLimit))]
[JsonSerializable(typeof(LimitInput))]
[JsonSerializable(typeof(Listing<PlanLimit>))]
[JsonSerializable(typeof(PricingRule))]
[JsonSerializable(typeof(PricingRuleInput))]
[JsonSerializable(typeof(Listing<PricingRule>))]
internal sealed partial class PlansJson : JsonSerializerContext;
