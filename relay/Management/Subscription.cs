using System.Text.Json.Serialization;

namespace Serverless.Relay.Management;

/// <summary>Where events are heard of, and with what: the answer of a negotiation, as SignalR has it.</summary>
internal sealed class Subscription
{
    /// <summary>What to connect to.</summary>
    [JsonRequired]
    [JsonPropertyName("url")]
    public required Uri Url { get; init; }

    /// <summary>The token for it; never logged.</summary>
    [JsonRequired]
    [JsonPropertyName("accessToken")]
    public required string AccessToken { get; init; }
}

/// <summary>How it is read.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Subscription))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
