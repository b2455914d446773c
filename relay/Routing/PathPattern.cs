namespace Serverless.Relay.Routing;

/// <summary>
/// The path of a mapping rule's pattern, compiled: literals with a <c>{variable}</c> between each two. Matches as a
/// prefix (<c>/v1</c> matches <c>/v10</c>, as in 3scale) unless it ends in <c>$</c>. Characters mean themselves;
/// 3scale's gateway lets those that are special in a regular expression through, which is not repeated.
/// </summary>
internal sealed class PathPattern
{
    private readonly string[] _literals;
    private readonly bool _toTheEnd;

    private PathPattern(string[] literals, bool toTheEnd)
    {
        _literals = literals;
        _toTheEnd = toTheEnd;
    }

    /// <summary>Compiles a pattern without its query part; null, and a sentence, when it is not one.</summary>
    public static PathPattern? Compile(string pattern, out string? error)
    {
        error = null;
        var toTheEnd = pattern.EndsWith('$');
        var rest = toTheEnd ? pattern.AsSpan(0, pattern.Length - 1) : pattern;
        if (rest.IsEmpty || rest[0] != '/')
        {
            error = "must start with '/'";
            return null;
        }

        List<string> literals = [];
        while (true)
        {
            var open = rest.IndexOfAny('{', '}');
            literals.Add(Canonical(open < 0 ? rest : rest[..open]));
            if (open < 0)
            {
                // Two literals may meet only around a variable, so collapsing within each of them is enough.
                return new PathPattern([.. literals], toTheEnd);
            }

            var length = rest[open] == '{' ? rest[(open + 1)..].IndexOfAny('{', '}', '/') : -1;
            if (length <= 0 || rest[open + 1 + length] != '}')
            {
                error = "has a brace that is no {variable}";
                return null;
            }

            rest = rest[(open + length + 2)..];
        }
    }

    /// <summary>Whether a path in canonical spelling matches. Allocates nothing.</summary>
    public bool Matches(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(_literals[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = _literals[0].Length;
        for (var i = 1; i < _literals.Length; i++)
        {
            ReadOnlySpan<char> literal = _literals[i];
            var segment = path[at..].IndexOf('/');
            var reach = segment < 0 ? path.Length - at : segment;
            if (reach == 0)
            {
                return false;
            }

            if (_toTheEnd && i == _literals.Length - 1)
            {
                var start = path.Length - literal.Length;
                return start > at && start <= at + reach && path[start..].SequenceEqual(literal);
            }

            // A variable takes one character or more of its segment. The earliest place of what follows it is as
            // good as any later one, because a variable that starts earlier can take all that the later one could.
            var window = path[(at + 1)..];
            var found = window[..Math.Min(window.Length, reach - 1 + literal.Length)].IndexOf(literal);
            if (found < 0)
            {
                return false;
            }

            at += 1 + found + literal.Length;
        }

        return !_toTheEnd || at == path.Length;
    }

    private static string Canonical(ReadOnlySpan<char> literal)
    {
        var buffer = new char[CanonicalPath.MaxLength(literal.Length)];
        return new string(buffer, 0, CanonicalPath.Write(literal, buffer));
    }
}
