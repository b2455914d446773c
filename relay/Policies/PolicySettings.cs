using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Relay.Policies;

/// <summary>Reads the settings of a policy. The functions have checked them; a relay that is older may still know less.</summary>
internal static class PolicySettings
{
    /// <summary>The settings; null when they are wrong, with a sentence that never holds a value.</summary>
    public static T? Read<T>(string policy, JsonElement settings, JsonTypeInfo<T> type, ICollection<string> errors)
        where T : class
    {
        try
        {
            if (settings.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                return JsonSerializer.Deserialize("{}"u8, type);
            }

            return settings.Deserialize(type);
        }
        catch (JsonException e)
        {
            errors.Add($"{policy}: {e.Message}");
            return null;
        }
    }
}

/// <summary>How settings of policies are read: as 3scale spells them, and nothing besides.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OriginPolicy.Settings), TypeInfoPropertyName = "Origin")]
[JsonSerializable(typeof(IpCheckPolicy.Settings), TypeInfoPropertyName = "IpCheck")]
[JsonSerializable(typeof(MaintenanceModePolicy.Settings), TypeInfoPropertyName = "MaintenanceMode")]
[JsonSerializable(typeof(HeadersPolicy.Settings), TypeInfoPropertyName = "Headers")]
[JsonSerializable(typeof(DefaultCredentialsPolicy.Settings), TypeInfoPropertyName = "DefaultCredentials")]
[JsonSerializable(typeof(UpstreamConnectionPolicy.Settings), TypeInfoPropertyName = "UpstreamConnection")]
[JsonSerializable(typeof(WebSocketConnectionsPolicy.Settings), TypeInfoPropertyName = "WebSocketConnections")]
[JsonSerializable(typeof(WebSocketKeepalivePolicy.Settings), TypeInfoPropertyName = "WebSocketKeepalive")]
[JsonSerializable(typeof(WebSocketLifetimePolicy.Settings), TypeInfoPropertyName = "WebSocketLifetime")]
[JsonSerializable(typeof(WebSocketMessageSizePolicy.Settings), TypeInfoPropertyName = "WebSocketMessageSize")]
[JsonSerializable(typeof(WebSocketRatePolicy.Settings), TypeInfoPropertyName = "WebSocketRate")]
[JsonSerializable(typeof(WebSocketSlowPeerPolicy.Settings), TypeInfoPropertyName = "WebSocketSlowPeer")]
internal sealed partial class PolicyJson : JsonSerializerContext;
