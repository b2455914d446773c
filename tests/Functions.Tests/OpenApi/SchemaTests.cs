using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>The document's schemas are such as the tests can hold answers to.</summary>
public sealed class SchemaTests
{
    // What the validator knows and takes as JSON Schema 2020-12 does, and what does not validate.
    private static readonly HashSet<string> Keywords =
    [
        "$ref", "type", "enum", "allOf", "anyOf", "oneOf",
        "properties", "required", "additionalProperties",
        "items", "minItems", "maxItems", "uniqueItems",
        "pattern", "minLength", "maxLength", "format",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "description", "default",
    ];

    private static readonly HashSet<string> Formats = ["date-time", "date", "uri", "int32", "int64"];

    [Fact]
    public async Task They_use_only_keywords_that_the_tests_check()
    {
        Assert.All(await SchemasAsync(), schema =>
        {
            Assert.Empty(schema.Node.Select(keyword => keyword.Key).Except(Keywords).Select(keyword => $"{schema.At}: {keyword}"));
            Assert.True(!schema.Node.ContainsKey("$ref") || schema.Node.Count == 1, $"{schema.At}: a reference stands alone.");
            Assert.True(schema.Node["format"] is not { } format || Formats.Contains((string)format!), $"{schema.At}: unknown format.");
        });
    }

    [Fact]
    public async Task They_say_whether_an_object_may_have_other_members()
    {
        Assert.All(await SchemasAsync(), schema => Assert.True(
            !schema.Node.ContainsKey("properties")
            || schema.Node.ContainsKey("additionalProperties")
            || schema.At.Contains("/allOf/", StringComparison.Ordinal),
            $"{schema.At}: additionalProperties is missing."));
    }

    [Fact]
    public async Task They_need_only_members_that_they_describe()
    {
        Assert.All(await SchemasAsync(), schema => Assert.Empty((schema.Node["required"]?.AsArray() ?? [])
            .Select(member => (string)member!)
            .Except((schema.Node["properties"]?.AsObject() ?? []).Select(member => member.Key))
            .Select(member => $"{schema.At}: {member}")));
    }

    private static async Task<IReadOnlyList<(string At, JsonObject Node)>> SchemasAsync()
    {
        var root = (await ApiDocument.SharedAsync()).Root;
        var named = root["components"]!["schemas"]!.AsObject().SelectMany(schema => Inside(schema.Value!, Pointer.Schemas + schema.Key));
        var inline = Pointer.Walk(root, "#")
            .Where(found => found.Node["schema"] is JsonObject)
            .SelectMany(found => Inside(found.Node["schema"]!, found.At + "/schema"));
        return [.. named, .. inline];
    }

    private static IEnumerable<(string At, JsonObject Node)> Inside(JsonNode node, string at)
    {
        if (node is not JsonObject schema)
        {
            return [];
        }

        var members = (schema["properties"]?.AsObject() ?? []).Select(member => (member.Value!, Pointer.Append(at + "/properties", member.Key)));
        var items = new[] { "items", "additionalProperties" }.Where(schema.ContainsKey).Select(name => (schema[name]!, $"{at}/{name}"));
        var parts = new[] { "allOf", "anyOf", "oneOf" }.SelectMany(name =>
            (schema[name]?.AsArray() ?? []).Select((part, index) => (part!, $"{at}/{name}/{index}")));
        return members.Concat(items).Concat(parts).SelectMany(inner => Inside(inner.Item1, inner.Item2)).Prepend((at, schema));
    }
}
