using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Signs and checks tokens with the access key (RFC 7515): HS256, and HS512 as an option of the service's SDK.</summary>
internal sealed class TokenSigner(ConnectionString own, TimeProvider time)
{
    /// <summary>Longer tokens the real service does not take either.</summary>
    public const int MaxLength = 4096;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    /// <summary>The token in a text; null when it is malformed, not signed with the key, or over.</summary>
    public ServiceToken? Read(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength } || text.Split('.') is not [var header, var payload, var signature])
        {
            return null;
        }

        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Shallow);
            var signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
            var expected = head.RootElement.GetProperty("alg").GetString() switch
            {
                "HS256" => HMACSHA256.HashData(own.Key, signed),
                "HS512" => HMACSHA512.HashData(own.Key, signed),
                _ => null,
            };
            if (expected is null || !CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(signature)))
            {
                return null;
            }

            // Nothing of the payload is looked at before its signature.
            using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), Shallow);
            return body.RootElement.GetProperty("exp").GetDouble() > time.GetUtcNow().ToUnixTimeSeconds()
                ? ServiceToken.Of(body.RootElement)
                : null;
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Parsers' ways to say that it is none.
            return null;
        }
    }

    /// <summary>A token for clients of a hub.</summary>
    public string Sign(string hub, string? userId, TimeSpan life)
    {
        var claims = new Dictionary<string, object>
        {
            ["aud"] = $"{own.Endpoint.ToString().TrimEnd('/')}/client/?hub={hub}",
            ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = (time.GetUtcNow() + life).ToUnixTimeSeconds(),
        };
        if (userId is not null)
        {
            claims["nameid"] = userId;
        }

        var signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(own.Key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>What webhooks are signed with: it covers the connection's id and nothing else.</summary>
    public string SignatureOf(string connectionId) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(own.Key, Encoding.UTF8.GetBytes(connectionId)))}";
}
