using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>An operation's request as its examples have it.</summary>
/// <param name="Path">The path, with the examples of its parameters in their places.</param>
/// <param name="Query">The examples of all parameters of the query, with a question mark before them if there are any.</param>
/// <param name="Body">The first example of the body; null where there is none.</param>
internal sealed record ExampleRequest(string Path, string Query, string? Body)
{
    /// <summary>Path and query.</summary>
    public string Address => Path + Query;

    /// <summary>The request; values that are known by the template up to their parameter take the examples' places.</summary>
    public static ExampleRequest Of(ApiDocument document, Operation operation, IReadOnlyDictionary<string, string>? known = null)
    {
        var path = operation.Parameters.Where(parameter => parameter.In == "path").Aggregate(operation.Path, (template, parameter) =>
        {
            var placeholder = $"{{{parameter.Name}}}";
            var upTo = operation.Path[..(operation.Path.IndexOf(placeholder, StringComparison.Ordinal) + placeholder.Length)];
            return template.Replace(placeholder, known?.GetValueOrDefault(upTo) ?? Example(document, parameter), StringComparison.Ordinal);
        });
        var query = operation.Parameters.Where(parameter => parameter.In == "query")
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(Example(document, parameter))}")
            .ToList();
        return new(path, query.Count == 0 ? "" : "?" + string.Join('&', query), BodyOf(document, operation)?.ToJsonString());
    }

    private static string Example(ApiDocument document, DocumentedValue parameter) =>
        Pointer.Find(document.Root, parameter.Schema[..^"/schema".Length])["example"]!.ToString();

    private static JsonNode? BodyOf(ApiDocument document, Operation operation)
    {
        if (operation.Body.Count == 0)
        {
            return null;
        }

        var at = operation.Body.First().Value[..^"/schema".Length] + "/examples";
        var place = Pointer.Append(at, Pointer.Find(document.Root, at).AsObject().First().Key);
        return Pointer.Find(document.Root, Pointer.Follow(document.Root, place))["value"];
    }
}
