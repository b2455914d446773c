using System.Text;

namespace Serverless.Relay.Authorization;

/// <summary>
/// The user key in an Authorization header: the user of Basic, its password when the user is empty, or a Bearer
/// token.
/// </summary>
internal static class AuthorizationHeader
{
    /// <summary>The key; null when there is none, empty when there is one that no application can have.</summary>
    public static string? ReadUserKey(string header)
    {
        var space = header.IndexOf(' ');
        if (space < 0)
        {
            return null;
        }

        var scheme = header.AsSpan(0, space);
        var rest = header[(space + 1)..].Trim(' ');
        var key = scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? rest
            : scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? ReadBasic(rest)
            : null;
        return string.IsNullOrEmpty(key) ? null : Credential.Sound(key);
    }

    private static string? ReadBasic(string encoded)
    {
        var bytes = new byte[(encoded.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':');
        return colon switch
        {
            < 0 => null,
            0 => pair[1..],
            _ => pair[..colon],
        };
    }
}
