using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>How applications and their keys are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(ApplicationInput))]
[JsonSerializable(typeof(NewApplicationInput))]
[JsonSerializable(typeof(PlanChangeInput))]
[JsonSerializable(typeof(FindInput))]
[JsonSerializable(typeof(ApplicationKey))]
[JsonSerializable(typeof(KeyInput))]
[JsonSerializable(typeof(ReferrerFilter))]
[JsonSerializable(typeof(ReferrerFilterInput))]
[JsonSerializable(typeof(Listing<Application>))]
[JsonSerializable(typeof(Listing<ApplicationKey>))]
[JsonSerializable(typeof(Listing<ReferrerFilter>))]
internal sealed partial class ApplicationsJson : JsonSerializerContext;
