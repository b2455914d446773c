using Microsoft.Extensions.Primitives;

namespace Serverless.Relay.Handshake;

/// <summary>Comma-separated lists of tokens in header values (RFC 9110 §5.6.1).</summary>
internal static class HeaderTokens
{
    /// <summary>Every token of every line, blanks and empty elements left out.</summary>
    public static IEnumerable<string> Of(StringValues values)
    {
        foreach (var value in values)
        {
            foreach (var token in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return token;
            }
        }
    }

    /// <summary>Whether a token is in the list; letter case does not matter.</summary>
    public static bool Contain(StringValues values, string token) =>
        Of(values).Contains(token, StringComparer.OrdinalIgnoreCase);
}
