using System.Text.Json.Serialization;

namespace Serverless.Contracts;

/// <summary>How everything that crosses between functions and relay is written: snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProductSnapshot))]
[JsonSerializable(typeof(ConfigurationIndex))]
[JsonSerializable(typeof(AuthorizationRequest))]
[JsonSerializable(typeof(AuthorizationAnswer))]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class ContractsJson : JsonSerializerContext;
