using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>Message rules, and what plans say of connections, in documents.</summary>
public sealed class MessageRulesInDocumentsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Rules_are_made_kept_changed_and_pruned_in_the_order_of_the_document()
    {
        var (product, _) = ApplyTests.Names();
        await app.ApplyAsync(Document(
            product,
            "{direction: in, pointer: /type, equals: say, metric: m}, {direction: out, pointer: /x, equals: null, metric: m}"));
        Assert.Equal(["in /type say 1", "out /x  1"], await RulesAsync(product));
        Assert.Empty((await app.ApplyAsync(await app.ExportAsync(product), "?prune=true")).Changes());

        var answer = await app.ApplyAsync(
            Document(
                product,
                "{direction: out, pointer: /x, equals: null, metric: m, delta: 4}, {direction: in, pointer: /type, equals: 1, metric: m}"),
            "?prune=true");

        Assert.Equal(
            ["delete", "update", "create"],
            answer.Changes().Where(change => change.Contains("message-rules", StringComparison.Ordinal)).Select(change => change.Split(' ')[0]));
        Assert.Equal(["out /x  4", "in /type 1 1"], await RulesAsync(product));
    }

    [Fact]
    public async Task What_is_wrong_with_rules_is_said_by_its_place()
    {
        var (product, _) = ApplyTests.Names();

        using var response = await app.PostDocumentAsync(
            "/api/documents:apply",
            Document(product, "{direction: up, metric: m, position: 1}, {direction: in, metric: gone}, {direction: in, pointer: /a, metric: ws.seconds}"));

        Assert.Equal(
            [
                "/product/message_rules/0/position not_here",
                "/product/message_rules/0/direction unknown_direction",
                "/product/message_rules/1/metric unknown_metric",
                "/product/message_rules/2/equals required",
                "/product/message_rules/2/metric invalid_slug",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_plans_connections_are_in_its_document()
    {
        var (product, _) = ApplyTests.Names();
        await app.ApplyAsync($"product: {{system_name: {product}, name: n, plans: [{{system_name: a, name: a, max_connections: 5}}]}}");

        Assert.Empty((await app.ApplyAsync(await app.ExportAsync(product), "?prune=true")).Changes());
        await app.ApplyAsync($"product: {{system_name: {product}, plans: [{{system_name: a}}]}}");
        Assert.Equal(5, (int?)(await app.Admin.DoAsync("GET", $"/api/products/{product}/plans/a"))["max_connections"]);
        await app.ApplyAsync($"product: {{system_name: {product}, plans: [{{system_name: a, max_connections: null}}]}}");
        Assert.Null((await app.Admin.DoAsync("GET", $"/api/products/{product}/plans/a"))["max_connections"]);
    }

    private static string Document(string product, string rules) => $"""
        product:
          system_name: {product}
          name: n
          metrics:
            - system_name: hits
              name: Hits
              unit: hit
            - system_name: m
              name: m
              unit: m
          message_rules: [{rules}]
        """;

    private async Task<IEnumerable<string>> RulesAsync(string product) =>
        (await app.Admin.DoAsync("GET", $"/api/products/{product}/message-rules"))["items"]!.AsArray()
            .Select(rule => $"{rule!["direction"]} {rule["pointer"]} {rule["equals"]} {rule["delta"]}");
}
