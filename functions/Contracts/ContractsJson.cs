using System.Text.Json.Serialization;

namespace Serverless.Contracts;

/// <summary>
/// How everything that crosses between functions and relay is written: snake_case, nulls left out. A member with a default
/// has a <c>set</c> accessor, because generated readers overwrite the default of an <c>init</c> one that is absent.
/// </summary>
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
[JsonSerializable(typeof(UsageReport))]
[JsonSerializable(typeof(UsageReportAnswer))]
[JsonSerializable(typeof(GatewayEvent))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(RelayStatus))]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class ContractsJson : JsonSerializerContext;
