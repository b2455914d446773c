using System.Text;

namespace Serverless.Relay.Authorization;

/// <summary>Credentials in an Authorization header. What is not there, or empty, is null.</summary>
internal static class AuthorizationHeader
{
    /// <summary>Name of the header.</summary>
    public const string Name = "Authorization";

    /// <summary>One text: the user of Basic, its password when the user is empty, or a Bearer token.</summary>
    public static string?[] Single(string header) => Pair(header) switch
    {
        [{ } user, _] => [user],
        [_, { } password] => [password],
        _ => Bearer(header),
    };

    /// <summary>Two texts: user and password of Basic.</summary>
    public static string?[] Pair(string header)
    {
        if (Of("Basic", header) is not { } encoded)
        {
            return [null, null];
        }

        var bytes = new byte[(encoded.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return [null, null];
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':');
        return colon < 0 ? [null, null] : [NullIfEmpty(pair[..colon]), NullIfEmpty(pair[(colon + 1)..])];
    }

    /// <summary>One text: a Bearer token.</summary>
    public static string?[] Bearer(string header) => [Of("Bearer", header)];

    private static string? Of(string scheme, string header)
    {
        var space = header.IndexOf(' ');
        return space >= 0 && header.AsSpan(0, space).Equals(scheme, StringComparison.OrdinalIgnoreCase)
            ? NullIfEmpty(header[(space + 1)..].Trim(' '))
            : null;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
