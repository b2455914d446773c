using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>Terms under which applications use a product: its limits.</summary>
internal sealed record Plan
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="PlanStates"/>.</summary>
    public required string State { get; init; }
}

/// <summary>Whether developers are shown a plan, as in 3scale; it does not change what its applications may do.</summary>
internal static class PlanStates
{
    public const string Hidden = "hidden";
    public const string Published = "published";

    public static IReadOnlyList<string> All { get; } = [Hidden, Published];
}

/// <summary>Body that makes or replaces a plan.</summary>
internal sealed record PlanInput
{
    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? State { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing);
        errors.Name("/name", Name);
        if (State is not null && !PlanStates.All.Contains(State))
        {
            errors.Add("/state", "unknown_state", $"It needs to be one of {string.Join(", ", PlanStates.All)}.");
        }
    }

    public Plan ToPlan(string systemName) => new()
    {
        SystemName = systemName,
        Name = Name!,
        State = State ?? PlanStates.Published,
    };
}

/// <summary>How plans and their limits are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(PlanInput))]
[JsonSerializable(typeof(Listing<Plan>))]
[JsonSerializable(typeof(PlanLimit))]
[JsonSerializable(typeof(LimitInput))]
[JsonSerializable(typeof(Listing<PlanLimit>))]
internal sealed partial class PlansJson : JsonSerializerContext;
