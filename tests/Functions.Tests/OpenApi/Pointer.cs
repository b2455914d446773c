using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>Places in the document: <c>#/components/schemas/Product</c>.</summary>
internal static class Pointer
{
    public const string Schemas = "#/components/schemas/";

    public static string Append(string pointer, string member) =>
        $"{pointer}/{member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>What is there.</summary>
    public static JsonNode Find(JsonNode root, string pointer) => pointer.Split('/').Skip(1)
        .Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
        .Aggregate(root, (node, token) => (node is JsonArray array ? array[int.Parse(token)] : node[token])
            ?? throw new KeyNotFoundException($"There is nothing at {pointer}."));

    /// <summary>The place itself, or the one that the reference there leads to.</summary>
    public static string Follow(JsonNode root, string pointer)
    {
        while (Find(root, pointer) is JsonObject there && (string?)there["$ref"] is { } next)
        {
            pointer = next;
        }

        return pointer;
    }

    /// <summary>Every object below a node, with its place.</summary>
    public static IEnumerable<(string At, JsonObject Node)> Walk(JsonNode? node, string at)
    {
        if (node is JsonArray array)
        {
            return array.SelectMany((item, index) => Walk(item, $"{at}/{index}"));
        }

        return node is JsonObject mapping
            ? mapping.SelectMany(member => Walk(member.Value, Append(at, member.Key))).Prepend((at, mapping))
            : [];
    }
}
