using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class ExamplesTests
{
    [Fact]
    public async Task Every_example_is_of_its_schema()
    {
        var document = await ApiDocument.SharedAsync();
        var wrong = new List<string>();
        var count = 0;
        foreach (var (at, node) in Pointer.Walk(document.Root, "#"))
        {
            if (at.StartsWith(Pointer.Schemas, StringComparison.Ordinal) || node["schema"] is not JsonObject)
            {
                continue;
            }

            foreach (var (place, example) in Examples(document.Root, at, node))
            {
                count++;
                wrong.AddRange(document.Schemas.Find(at + "/schema", example?.ToJsonString() ?? "null").Select(error => $"{place}: {error}"));
            }
        }

        Assert.Empty(wrong);
        Assert.True(count > document.Operations.Count, "Few examples were found.");
    }

    private static IEnumerable<(string At, JsonNode? Value)> Examples(JsonNode root, string at, JsonObject node)
    {
        if (node.ContainsKey("example"))
        {
            return [(at + "/example", node["example"])];
        }

        return (node["examples"]?.AsObject() ?? []).Select(example =>
        {
            var place = Pointer.Follow(root, Pointer.Append(at + "/examples", example.Key));
            return (place, Pointer.Find(root, place)["value"]);
        });
    }
}
