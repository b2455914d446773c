using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metrics;

/// <summary>What a product or a backend counts.</summary>
internal sealed record Metric
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    /// <summary>What one is called: hit, message, byte.</summary>
    public required string Unit { get; init; }

    public string? Description { get; init; }

    /// <summary>The metric that counts along, always <c>hits</c>; then 3scale calls this one a method. Null for none.</summary>
    public string? Parent { get; init; }

    /// <summary>True of those that the gateway itself counts on; null of all others.</summary>
    public bool? Builtin { get; init; }
}

/// <summary>Body that makes or replaces a metric.</summary>
internal sealed record MetricInput
{
    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? Unit { get; init; }

    public string? Description { get; init; }

    public string? Parent { get; init; }

    public void Check(Errors errors, Metric? existing = null)
    {
        if (existing is null && SystemName is not null && BuiltinMetrics.Reserve(SystemName))
        {
            errors.Add("/system_name", "reserved", $"'{Text.Shorten(SystemName)}' is the gateway's own: built-in metrics begin with it.");
        }

        errors.SystemName("/system_name", SystemName, existing?.SystemName);
        errors.Name("/name", Name);
        CheckParent(errors, existing);
        if (Unit is not null || (Parent ?? existing?.Parent) is null)
        {
            errors.Name("/unit", Unit);
        }

        errors.Description("/description", Description);
    }

    /// <summary>A new metric of this name, or what an existing one becomes.</summary>
    public Metric ToMetric(string systemName, Metric? existing = null) => new()
    {
        SystemName = systemName,
        Name = Name!,
        Unit = Unit ?? FirstMetric.Unit,
        Description = Description,
        Parent = existing is null ? Parent : existing.Parent,
    };

    private void CheckParent(Errors errors, Metric? existing)
    {
        if (existing is not null && Parent is not null && Parent != existing.Parent)
        {
            errors.Add(
                "/parent",
                "immutable",
                existing.Parent is { } parent
                    ? $"The parent '{parent}' cannot change: leave it out or as it is."
                    : "The metric has no parent and cannot get one: leave it out.");
        }
        else if (Parent is not (null or FirstMetric.Name))
        {
            errors.Add("/parent", "invalid_parent", $"Only '{FirstMetric.Name}' may have others below it.");
        }
    }
}

/// <summary>How metrics are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Metric))]
[JsonSerializable(typeof(MetricInput))]
[JsonSerializable(typeof(Listing<Metric>))]
internal sealed partial class MetricsJson : JsonSerializerContext;
