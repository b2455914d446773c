using System.Collections.Frozen;
using System.Text.Json;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>The policies that relays know by themselves.</summary>
internal static class Catalogue
{
    public const string WebSocket = "websocket";
    public const string Apicast = "apicast";
    public const string Origin = "origin";
    public const string IpCheck = "ip_check";
    public const string MaintenanceMode = "maintenance_mode";
    public const string Headers = "headers";
    public const string DefaultCredentials = "default_credentials";
    public const string UpstreamConnection = "upstream_connection";
    public const string WebSocketConnections = "websocket_connections";
    public const string WebSocketKeepalive = "websocket_keepalive";
    public const string WebSocketLifetime = "websocket_lifetime";
    public const string WebSocketMessageSize = "websocket_message_size";
    public const string WebSocketRate = "websocket_rate";
    public const string WebSocketSlowPeer = "websocket_slow_peer";

    private const string Handshake = "handshake";
    private const string Upstream = "upstream";
    private const string Response = "response";
    private const string Tunnel = "tunnel";

    private static readonly FrozenDictionary<string, Builtin> Known = new Builtin[]
    {
        new(Apicast) { Phases = [Handshake] },
        new(DefaultCredentials)
        {
            Phases = [Handshake],
            Order = new([Apicast], []),
            CheckFurther = CheckCredentials,
            Needs = configuration => Text(configuration, "auth_type") == "user_key" ? ["user_key"] : ["app_key"],
        },
        new(Headers) { Phases = [Upstream, Response], CheckFurther = CheckOperations, FurtherSecrets = HeaderSecrets.In },
        new(IpCheck) { Phases = [Handshake] },
        new(MaintenanceMode) { Phases = [Handshake] },
        new(Origin) { Phases = [Handshake] },
        new(UpstreamConnection) { Phases = [Upstream] },
        new(WebSocket) { Phases = [Handshake] },
        new(WebSocketConnections) { Phases = [Handshake] },
        new(WebSocketKeepalive) { Phases = [Tunnel] },
        new(WebSocketLifetime) { Phases = [Tunnel] },
        new(WebSocketMessageSize) { Phases = [Tunnel] },
        new(WebSocketRate) { Phases = [Tunnel], CheckFurther = CheckBuckets },
        new(WebSocketSlowPeer) { Phases = [Tunnel] },
    }.ToFrozenDictionary(policy => policy.Name);

    /// <summary>What a policy is configured with that is configured with nothing.</summary>
    public static JsonElement NoConfiguration { get; } = JsonElement.Parse("{}");

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Builtin> All { get; } = [.. Known.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal)];

    /// <summary>The policy, or null when relays know none of this name.</summary>
    public static Builtin? Find(string name) => Known.GetValueOrDefault(name);

    private static void CheckOperations(JsonElement configuration, string at, Errors errors)
    {
        foreach (var side in configuration.EnumerateObject())
        {
            foreach (var (index, operation) in side.Value.EnumerateArray().Index())
            {
                var here = $"{Errors.Append(at, side.Name)}/{index}/value";
                var deletes = Text(operation, "op") == "delete";
                if (!deletes && !operation.TryGetProperty("value", out _) && !HeaderSecrets.IsSecret(Text(operation, "header")!))
                {
                    errors.Required(here);
                }
                else if (deletes && operation.TryGetProperty("value", out _))
                {
                    errors.Add(here, "not_used", "A header is deleted whatever its value: leave it out.");
                }
            }
        }
    }

    private static void CheckCredentials(JsonElement configuration, string at, Errors errors)
    {
        var isKey = Text(configuration, "auth_type") == "user_key";
        foreach (var member in configuration.EnumerateObject().Where(m => m.Name != "auth_type" && m.Name == "user_key" != isKey))
        {
            errors.Add(Errors.Append(at, member.Name), "not_used", "The auth_type does not use it: leave it out.");
        }

        if (!isKey && !configuration.TryGetProperty("app_id", out _))
        {
            errors.Required(Errors.Append(at, "app_id"));
        }
    }

    // A bucket that is never filled is none.
    private static void CheckBuckets(JsonElement configuration, string at, Errors errors)
    {
        foreach (var side in configuration.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object))
        {
            foreach (var (burst, rate) in new[] { ("message_burst", "messages_per_second"), ("byte_burst", "bytes_per_second") })
            {
                if (side.Value.TryGetProperty(burst, out _) && !side.Value.TryGetProperty(rate, out _))
                {
                    errors.Add(Errors.Append(Errors.Append(at, side.Name), burst), "not_used", $"It needs {rate} beside it.");
                }
            }
        }
    }

    private static string? Text(JsonElement configuration, string member) =>
        configuration.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
