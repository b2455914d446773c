using System.Text;

namespace Serverless.Relay.Routing;

/// <summary>
/// One condition on the query: <c>key=value</c> must be there with that value, of a repeated key the last;
/// <c>key={variable}</c>, or <c>key</c> alone, must be there. Compared decoded, so that no spelling walks around a
/// rule.
/// </summary>
internal sealed class QueryPattern
{
    private readonly byte[] _key;
    private readonly byte[]? _value;

    private QueryPattern(byte[] key, byte[]? value)
    {
        _key = key;
        _value = value;
    }

    /// <summary>Compiles the part of a pattern after its <c>?</c>.</summary>
    public static QueryPattern[] Compile(ReadOnlySpan<char> query)
    {
        List<QueryPattern> patterns = [];
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? "{}" : pair[(equals + 1)..];
            patterns.Add(new QueryPattern(Decode(key), value is ['{', .., '}'] ? null : Decode(value)));
        }

        return [.. patterns];
    }

    /// <summary>Whether a raw query, with or without its <c>?</c>, fulfils the condition. Allocates nothing.</summary>
    public bool Matches(ReadOnlySpan<char> query)
    {
        query = query.TrimStart('?');
        var matches = false;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (EqualsDecoded(equals < 0 ? pair : pair[..equals], _key))
            {
                matches = _value is null || EqualsDecoded(equals < 0 ? [] : pair[(equals + 1)..], _value);
            }
        }

        return matches;
    }

    private static bool EqualsDecoded(ReadOnlySpan<char> raw, ReadOnlySpan<byte> expected)
    {
        var at = 0;
        while (!raw.IsEmpty && at < expected.Length)
        {
            if (Next(ref raw) != expected[at++])
            {
                return false;
            }
        }

        return raw.IsEmpty && at == expected.Length;
    }

    private static byte[] Decode(ReadOnlySpan<char> raw)
    {
        // A pattern may hold any character, a request target only ASCII: one character an octet, as in the target.
        ReadOnlySpan<char> latin = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(raw.ToString()));
        List<byte> octets = [];
        while (!latin.IsEmpty)
        {
            octets.Add(Next(ref latin));
        }

        return [.. octets];
    }

    private static byte Next(ref ReadOnlySpan<char> raw)
    {
        if (PercentEscape.TryRead(raw, out var octet))
        {
            raw = raw[3..];
            return octet;
        }

        octet = raw[0] == '+' ? (byte)' ' : (byte)raw[0];
        raw = raw[1..];
        return octet;
    }
}
