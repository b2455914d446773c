using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metrics;

/// <summary>What a product counts.</summary>
internal sealed record Metric
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    /// <summary>What one is called: hit, message, byte.</summary>
    public required string Unit { get; init; }

    public string? Description { get; init; }
}

/// <summary>Body that makes or replaces a metric.</summary>
internal sealed record MetricInput
{
    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? Unit { get; init; }

    public string? Description { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing);
        errors.Name("/name", Name);
        errors.Name("/unit", Unit);
        errors.Description("/description", Description);
    }

    public Metric ToMetric(string systemName) =>
        new() { SystemName = systemName, Name = Name!, Unit = Unit!, Description = Description };
}

/// <summary>How metrics are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Metric))]
[JsonSerializable(typeof(MetricInput))]
[JsonSerializable(typeof(Listing<Metric>))]
internal sealed partial class MetricsJson : JsonSerializerContext;
