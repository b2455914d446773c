using System.Text;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Credentials in parameters of given names in a query. Every parameter of such a name is taken out, in whatever
/// spelling; the last one that is not empty counts.
/// </summary>
internal static class QueryCredential
{
    /// <summary>Reads and removes the parameters.</summary>
    /// <param name="names">What to look for; letter case does not matter.</param>
    /// <param name="query">Raw query: empty, or starts with <c>?</c>.</param>
    /// <param name="rest">The query without them.</param>
    /// <param name="prefix">What a value has to begin with; with any other, a parameter is somebody else's.</param>
    /// <returns>What was found, in the order of the names; null for what was not.</returns>
    public static string?[] Read(string[] names, string query, out string rest, string prefix = "")
    {
        var found = new string?[names.Length];
        rest = query;
        if (query.Length == 0)
        {
            return found;
        }

        StringBuilder? kept = null;
        var start = 1;
        while (start <= query.Length)
        {
            var ampersand = query.IndexOf('&', start);
            var end = ampersand < 0 ? query.Length : ampersand;
            var equals = query.IndexOf('=', start, end - start);
            var name = Decode(query[start..(equals < 0 ? end : equals)]);
            var index = Array.FindIndex(names, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
            var value = index < 0 || equals < 0 ? "" : Decode(query[(equals + 1)..end]);
            if (index < 0 || !value.StartsWith(prefix, StringComparison.Ordinal))
            {
                kept?.Append(query, start, end - start + (ampersand < 0 ? 0 : 1));
            }
            else
            {
                kept ??= new StringBuilder(query, 0, start, query.Length);
                if (value.Length > 0)
                {
                    found[index] = value;
                }
            }

            start = end + 1;
        }

        rest = kept is null ? query : WithoutLooseEnd(kept, query);
        return found;
    }

    // Where the last parameter went, the '&' before it goes too, and where all went, the '?'.
    private static string WithoutLooseEnd(StringBuilder kept, string query)
    {
        if (kept[^1] == '?' || (kept[^1] == '&' && query[^1] != '&'))
        {
            kept.Length--;
        }

        return kept.ToString();
    }

    private static string Decode(string raw) => Uri.UnescapeDataString(raw.Replace('+', ' '));
}
