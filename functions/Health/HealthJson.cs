using System.Text.Json.Serialization;

namespace Serverless.Functions.Health;

/// <summary>The answer of a healthy app; an unhealthy one answers with a problem.</summary>
internal sealed record HealthStatus(string Status);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthStatus))]
internal sealed partial class HealthJson : JsonSerializerContext;
