using System.Text.RegularExpressions;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>An operation as the document has it. Schemas are named by their places.</summary>
/// <param name="Id">operationId.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Template, with a slash before it.</param>
/// <param name="Scope">Needed by the caller's token; null lets anybody call.</param>
/// <param name="Parameters">Of path, query and header.</param>
/// <param name="Body">Schemas of the request's body by media type.</param>
/// <param name="NeedsBody">Whether the body may not be left out.</param>
/// <param name="Answers">By status.</param>
internal sealed partial record Operation(
    string Id,
    string Method,
    string Path,
    string? Scope,
    IReadOnlyList<DocumentedValue> Parameters,
    IReadOnlyDictionary<string, string> Body,
    bool NeedsBody,
    IReadOnlyDictionary<int, DocumentedAnswer> Answers)
{
    private readonly Regex _pattern = new(
        "^" + Placeholder().Replace(Regex.Escape(Path), "(?<$1>[^/]+)") + "/?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The path's values when it is one of this operation; null otherwise.</summary>
    public IReadOnlyDictionary<string, string>? Match(string path) => _pattern.Match(path) is { Success: true } match
        ? Placeholder().Matches(Regex.Escape(Path)).Select(p => p.Groups[1].Value)
            .ToDictionary(name => name, name => Uri.UnescapeDataString(match.Groups[name].Value))
        : null;

    // In an escaped template: \{name}.
    [GeneratedRegex(@"\\\{(\w+)\}")]
    private static partial Regex Placeholder();
}

/// <summary>A parameter or a header.</summary>
internal sealed record DocumentedValue(string Name, string In, bool IsRequired, string Schema);

/// <summary>An answer with one status.</summary>
internal sealed record DocumentedAnswer(
    IReadOnlyList<DocumentedValue> Headers,
    IReadOnlyDictionary<string, string> Contents);
