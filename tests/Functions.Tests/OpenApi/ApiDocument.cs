using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>functions/openapi.yaml, read once for all tests.</summary>
internal sealed class ApiDocument
{
    private static readonly Lazy<Task<ApiDocument>> Shared = new(ReadAsync);

    private ApiDocument(JsonNode root, IReadOnlyList<Operation> operations, SchemaSet schemas) =>
        (Root, Operations, Schemas) = (root, operations, schemas);

    public JsonNode Root { get; }

    public IReadOnlyList<Operation> Operations { get; }

    public SchemaSet Schemas { get; }

    public static Task<ApiDocument> SharedAsync() => Shared.Value.Soon();

    /// <summary>The operation of a request: of several that fit, the one that says most about the path.</summary>
    public Operation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == method && operation.Match(path) is not null)
        .MaxBy(operation => operation.Path.Count(c => c == '{') * -1000 + operation.Path.Length);

    /// <summary>Every schema outside the components' own, by its place.</summary>
    private static IEnumerable<string> InlineSchemas(JsonNode root) => Pointer.Walk(root, "#")
        .Where(found => !found.At.StartsWith(Pointer.Schemas, StringComparison.Ordinal))
        .Where(found => found.Node["schema"] is JsonObject)
        .Select(found => Pointer.Append(found.At, "schema"));

    private static async Task<ApiDocument> ReadAsync()
    {
        var root = YamlTree.Parse(await File.ReadAllTextAsync(Repository.Path("functions/openapi.yaml")))!;
        return new(root, [.. ReadOperations(root)], await SchemaSet.CompileAsync(root, InlineSchemas(root)));
    }

    private static IEnumerable<Operation> ReadOperations(JsonNode root) =>
        from path in root["paths"]!.AsObject()
        let at = Pointer.Append("#/paths", path.Key)
        from member in path.Value!.AsObject()
        where member.Key != "parameters"
        let here = Pointer.Append(at, member.Key)
        let body = member.Value["requestBody"]
        select new Operation(
            (string)member.Value["operationId"]!,
            member.Key.ToUpperInvariant(),
            path.Key,
            (string?)member.Value["x-scope"],
            [.. Parameters(root, at), .. Parameters(root, here)],
            body is null ? new Dictionary<string, string>() : Contents(root, here + "/requestBody"),
            body is not null && (bool)body["required"]!,
            member.Value["responses"]!.AsObject().ToDictionary(
                answer => int.Parse(answer.Key, CultureInfo.InvariantCulture),
                answer => Answer(root, Pointer.Append(here + "/responses", answer.Key))));

    private static IEnumerable<DocumentedValue> Parameters(JsonNode root, string at) =>
        (Pointer.Find(root, at)["parameters"]?.AsArray() ?? []).Select((_, index) =>
        {
            var place = Pointer.Follow(root, $"{at}/parameters/{index}");
            var parameter = Pointer.Find(root, place);
            return new DocumentedValue(
                (string)parameter["name"]!,
                (string)parameter["in"]!,
                (bool?)parameter["required"] ?? false,
                place + "/schema");
        });

    private static DocumentedAnswer Answer(JsonNode root, string at)
    {
        var place = Pointer.Follow(root, at);
        var headers = (Pointer.Find(root, place)["headers"]?.AsObject() ?? []).Select(header =>
        {
            var of = Pointer.Follow(root, Pointer.Append(place + "/headers", header.Key));
            return new DocumentedValue(header.Key, "header", (bool?)Pointer.Find(root, of)["required"] ?? false, of + "/schema");
        });
        return new([.. headers], Contents(root, place));
    }

    private static Dictionary<string, string> Contents(JsonNode root, string at) =>
        (Pointer.Find(root, at)["content"]?.AsObject() ?? []).ToDictionary(
            content => content.Key,
            content => Pointer.Append(at + "/content", content.Key) + "/schema");
}
