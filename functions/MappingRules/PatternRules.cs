using System.Text.RegularExpressions;

namespace Serverless.Functions.MappingRules;

/// <summary>
/// What a pattern has to look like, as 3scale wants it: an absolute path with <c>{variables}</c> that do not repeat, <c>$</c>
/// nowhere but at its end, then perhaps <c>?key=value&amp;key={variable}</c>. Every other character means itself.
/// </summary>
internal static partial class PatternRules
{
    private const int MaxLength = 255;

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

        if (pattern.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '#'))
        {
            return "It may not hold spaces, control characters or '#'.";
        }

        var question = pattern.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? pattern : pattern[..question];
        return InPath(path)
            ?? (question < 0 ? null : InQuery(pattern[(question + 1)..]))
            ?? (Repeated(pattern) is { } name ? $"The variable {name} is there twice." : null);
    }

    private static string? InPath(string path)
    {
        if (path.IndexOf('$', StringComparison.Ordinal) is var end && end >= 0 && end != path.Length - 1)
        {
            return "'$' may only stand at the end of the path.";
        }

        return HasLooseBrace(path) ? "A brace needs to be part of a {variable} of letters, digits, '_' and '-'." : null;
    }

    private static string? InQuery(string query)
    {
        foreach (var pair in query.Split('&'))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is var equals && equals <= 0)
            {
                return "After '?' it needs key=value or key={variable}, several of them joined by '&'.";
            }

            if (pair[..equals].AsSpan().ContainsAny('{', '}'))
            {
                return "The key of a query parameter may not be a variable.";
            }

            var value = pair[(equals + 1)..];
            if (value.AsSpan().ContainsAny('{', '}') && !Variable().Match(value).Value.Equals(value, StringComparison.Ordinal))
            {
                return "The value of a query parameter needs to be either a {variable} or without braces.";
            }
        }

        return null;
    }

    private static bool HasLooseBrace(string path) => Variable().Replace(path, "").AsSpan().ContainsAny('{', '}');

    private static string? Repeated(string pattern) =>
        Variable().Matches(pattern).Select(m => m.Value).GroupBy(v => v).FirstOrDefault(g => g.Count() > 1)?.Key;

    [GeneratedRegex(@"\{[A-Za-z0-9_-]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
