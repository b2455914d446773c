using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.Events;

/// <summary>Reads tokens as SignalR Service does.</summary>
internal static class ReadToken
{
    /// <summary>The claims of a token that is signed with this key.</summary>
    public static JsonNode Claims(string token, string key)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal("""{"alg":"HS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        Assert.Equal(
            Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}"))),
            Convert.ToHexString(Base64Url.DecodeFromChars(parts[2])));
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
    }
}
