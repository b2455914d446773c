using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>An operation's request as its examples have it.</summary>
/// <param name="Path">The path, with the examples of its parameters in their places.</param>
/// <param name="Body">The first example of the body; null where there is none.</param>
internal sealed record ExampleRequest(string Path, string? Body)
{
    /// <summary>The request; values that are known by the template up to their parameter take the examples' places.</summary>
    public static ExampleRequest Of(ApiDocument document, Operation operation, IReadOnlyDictionary<string, string>? known = null)
    {
        var path = operation.Parameters.Where(parameter => parameter.In == "path").Aggregate(operation.Path, (template, parameter) =>
        {
            var placeholder = $"{{{parameter.Name}}}";
            var upTo = operation.Path[..(operation.Path.IndexOf(placeholder, StringComparison.Ordinal) + placeholder.Length)];
            var example = Pointer.Find(document.Root, parameter.Schema[..^"/schema".Length])["example"]!.ToString();
            return template.Replace(placeholder, known?.GetValueOrDefault(upTo) ?? example, StringComparison.Ordinal);
        });
        return new(path, Example(document, operation)?.ToJsonString());
    }

    private static JsonNode? Example(ApiDocument document, Operation operation)
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
