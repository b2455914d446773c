using System.Buffers;

namespace Serverless.Relay.Upstream;

/// <summary>Headers in the order in which they came, names as they were spelt.</summary>
internal static class HeaderList
{
    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] HopByHop =
    [
        "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authorization",
    ];

    /// <summary>Whether <paramref name="name"/> is a header's name at all (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<char> name) => name.Length > 0 && !name.ContainsAnyExcept(TokenChars);

    /// <summary>Whether <paramref name="value"/> stays within its line: no control character but the tab.</summary>
    public static bool IsValue(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (c is < ' ' and not '\t' or '\x7F')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Every value of a header, one for each line that it was on.</summary>
    public static IEnumerable<string> Values(this IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>The elements of a header that is a list (RFC 9110 §5.6.1), on however many lines; empty ones left out.</summary>
    public static IEnumerable<string> Elements(this IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.Values(name).SelectMany(Split);

    /// <summary>
    /// Without those that concern one connection alone: the known ones, and what Connection names (RFC 9110 §7.6.1).
    /// </summary>
    public static List<KeyValuePair<string, string>> EndToEnd(this IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var dropped = new HashSet<string>(HopByHop, StringComparer.OrdinalIgnoreCase);
        dropped.UnionWith(headers.Elements("Connection"));
        return headers.Where(h => !dropped.Contains(h.Key)).ToList();
    }

    // A comma within quotes does not separate.
    private static List<string> Split(string value)
    {
        var elements = new List<string>();
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= value.Length; i++)
        {
            if (i < value.Length && value[i] == '\\' && quoted)
            {
                i++;
            }
            else if (i < value.Length && value[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == value.Length || (value[i] == ',' && !quoted))
            {
                var element = value[start..i].Trim(' ', '\t');
                if (element.Length > 0)
                {
                    elements.Add(element);
                }

                start = i + 1;
            }
        }

        return elements;
    }
}
