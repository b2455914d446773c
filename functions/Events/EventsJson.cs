using System.Text.Json.Serialization;
using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>How what is particular to events is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientAccess))]
[JsonSerializable(typeof(RelayStatusInput))]
[JsonSerializable(typeof(RelayStatus))]
[JsonSerializable(typeof(TunnelsTold))]
[JsonSerializable(typeof(RefusalsTold))]
[JsonSerializable(typeof(MissedTold))]
internal sealed partial class EventsJson : JsonSerializerContext;
