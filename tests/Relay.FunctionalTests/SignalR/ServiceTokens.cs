using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Tokens as apps make them, and as they must not be.</summary>
internal static class ServiceTokens
{
    public const string Key = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";

    /// <summary>A token for an audience, with more claims, or others, and another key or algorithm if asked for.</summary>
    public static string Sign(string audience, object? claims = null, string key = Key, string algorithm = "HS256", long? expires = null)
    {
        var all = new Dictionary<string, object?>
        {
            ["aud"] = audience,
            ["exp"] = expires ?? DateTimeOffset.UtcNow.AddYears(20).ToUnixTimeSeconds(),
        };
        foreach (var claim in JsonSerializer.SerializeToElement(claims ?? new { }).EnumerateObject())
        {
            all[claim.Name] = claim.Value;
        }

        var signed = $"{Part(new { alg = algorithm, typ = "JWT" })}.{Part(all)}";
        var (secret, text) = (Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed));
        var signature = algorithm switch
        {
            "none" => [],
            "HS512" => HMACSHA512.HashData(secret, text),
            _ => HMACSHA256.HashData(secret, text),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>What the functions tell a relay: where the events are, and a token for it.</summary>
    public static (string Url, string Token) Subscription(Uri service) =>
        ($"{service}client/?hub=gateway", Sign("http://localhost/client/?hub=gateway", new { nameid = "relay:one" }));

    private static string Part(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
