using System.Text.RegularExpressions;

namespace Serverless.Functions.MappingRules;

/// <summary>
/// What a pattern has to look like: exactly what 3scale's portal takes. An absolute path of the characters of a URI with
/// <c>{variables}</c>, <c>$</c> nowhere but at its end, then perhaps a query of such characters with
/// <c>key={variable}</c>. No two variables of the path and keys of the query may have one name.
/// </summary>
internal static partial class PatternRules
{
    public const int MaxLength = 255;

    // RFC 2396's unreserved, and what else it allows in a segment. It has '$' too, which here marks the end.
    private const string InSegment = "-_.!~*'():@&=+,;";

    // RFC 2396's unreserved and reserved.
    private const string InQuery = "-_.!~*'();/?:@&=+$,[]";

    // In the place of what has been looked at: taken everywhere, and no part of anything.
    private const string Blank = ".";

    /// <summary>The first thing that is wrong, as a sentence; null when nothing is.</summary>
    public static string? Find(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return $"It may have {MaxLength} characters and has {pattern.Length}.";
        }

        if (!pattern.StartsWith('/'))
        {
            return "It needs to begin with '/'.";
        }

        var question = pattern.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (pattern, "") : (pattern[..question], pattern[(question + 1)..]);
        return FindInPath(path) ?? FindInQuery(query) ?? FindRepeated(path, query);
    }

    private static string? FindInPath(string path)
    {
        if (path.IndexOf('$', StringComparison.Ordinal) is var end && end >= 0 && end != path.Length - 1)
        {
            return "'$' may only stand at the end of the path.";
        }

        var rest = Variable().Replace(path.TrimEnd('$'), Blank);
        return rest.AsSpan().ContainsAny('{', '}')
            ? "A brace needs to be part of a {variable} of letters, digits and '_'."
            : FindForeign(rest, "/" + InSegment);
    }

    private static string? FindInQuery(string query)
    {
        var rest = KeyWithVariable().Replace(query, Blank);
        return rest.AsSpan().ContainsAny('{', '}')
            ? "In the query a {variable} needs to be the whole value of a key of letters, digits and '_'."
            : FindForeign(rest, InQuery);
    }

    private static string? FindForeign(string text, string allowed)
    {
        var rest = Escaped().Replace(text, Blank);
        var foreign = rest.Where(c => !char.IsAsciiLetterOrDigit(c) && !allowed.Contains(c, StringComparison.Ordinal));
        return foreign.Cast<char?>().FirstOrDefault() switch
        {
            null => null,
            '%' => "'%' needs two hexadecimal digits after it.",
            _ => "It may hold only characters of a URL; others are written %HH, in UTF-8.",
        };
    }

    private static string? FindRepeated(string path, string query)
    {
        var variables = Variable().Matches(path).Select(m => m.Value[1..^1]);
        var keys = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);
        return variables.Concat(keys).GroupBy(name => name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"The name '{twice.Key}' is there twice, among the variables of the path and the keys of the query."
            : null;
    }

    [GeneratedRegex(@"\{[A-Za-z0-9_]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"[A-Za-z0-9_]=\{[A-Za-z0-9_]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex KeyWithVariable();

    [GeneratedRegex("%[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
