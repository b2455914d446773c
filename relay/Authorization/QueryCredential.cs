using System.Text;

namespace Serverless.Relay.Authorization;

/// <summary>
/// The user key in a query. Every parameter of its name is taken out, in whatever spelling; the last one counts.
/// </summary>
internal static class QueryCredential
{
    /// <summary>Reads and removes the key.</summary>
    /// <param name="name">Name of the parameter; letter case does not matter.</param>
    /// <param name="query">Raw query: empty, or starts with <c>?</c>.</param>
    public static Credential Read(string name, string query)
    {
        if (query.Length == 0)
        {
            return new Credential(null, query, []);
        }

        string? key = null;
        StringBuilder? kept = null;
        var start = 1;
        while (start <= query.Length)
        {
            var ampersand = query.IndexOf('&', start);
            var end = ampersand < 0 ? query.Length : ampersand;
            var equals = query.IndexOf('=', start, end - start);
            var nameEnd = equals < 0 ? end : equals;
            if (Decode(query[start..nameEnd]).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                kept ??= new StringBuilder(query, 0, start, query.Length);
                if (equals >= 0 && equals + 1 < end)
                {
                    key = Credential.Sound(Decode(query[(equals + 1)..end]));
                }
            }
            else
            {
                kept?.Append(query, start, end - start + (ampersand < 0 ? 0 : 1));
            }

            start = end + 1;
        }

        return new Credential(key, kept is null ? query : WithoutLooseEnd(kept, query), []);
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
