using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Events;

/// <summary>Tokens that SignalR Service takes: JWT, signed by its access key (HS256).</summary>
internal static class SignalRToken
{
    private static readonly string Header = Encode("""{"alg":"HS256","typ":"JWT"}""");

    /// <summary>Makes one.</summary>
    /// <param name="accessKey">Signs it, as the text that it is.</param>
    /// <param name="audience">The address that it is for.</param>
    /// <param name="user">Who connects with it; null for the functions themselves.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="life">How long it is good.</param>
    public static string Make(string accessKey, string audience, string? user, DateTimeOffset now, TimeSpan life)
    {
        var claims = new JsonObject
        {
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + life).ToUnixTimeSeconds(),
        };
        if (user is not null)
        {
            claims["nameid"] = user;
        }

        var signed = $"{Header}.{Encode(claims.ToJsonString())}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(accessKey), Encoding.UTF8.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
