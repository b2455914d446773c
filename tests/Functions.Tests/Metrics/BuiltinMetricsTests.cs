using System.Net;
using System.Text.Json.Nodes;
using Serverless.Contracts;
using Serverless.Functions.Metrics;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Declarative;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metrics;

/// <summary>Metrics that every product has and nobody makes.</summary>
public sealed class BuiltinMetricsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private static readonly string[] All =
        ["ws.bytes.in", "ws.bytes.out", "ws.connections", "ws.messages.in", "ws.messages.out", "ws.seconds"];

    public static TheoryData<string> Names => [.. All];

    [Fact]
    public void There_are_six_and_each_is_described()
    {
        Assert.Equal(All, BuiltinMetrics.All);
        Assert.Equal(All, BuiltinMetric.All.Select(metric => metric.SystemName));
        Assert.All(All, name => Assert.True(BuiltinMetrics.Has(name)));
        Assert.False(BuiltinMetrics.Has("ws.messages"));
    }

    [Fact]
    public async Task They_are_listed_after_the_products_own_whatever_the_size_of_a_page()
    {
        await app.MakeProductAsync("p-list");
        await app.Admin.DoAsync("POST", "/api/products/p-list/metrics", """{"system_name":"zzz","name":"Z","unit":"z"}""");

        foreach (var flag in new[] { "", "&backends=true" })
        {
            var names = new List<string>();
            for (string? next = ""; next is not null;)
            {
                var page = await app.Admin.DoAsync("GET", $"/api/products/p-list/metrics?limit=3{flag}{next}");
                names.AddRange(page["items"]!.AsArray().Select(metric => (string)metric!["system_name"]!));
                next = (string?)page["next"] is { } token ? $"&continue={token}" : null;
            }

            Assert.Equal(["hits", "zzz", .. All], names);
        }

        var methods = await app.Admin.DoAsync("GET", "/api/products/p-list/metrics?parent=hits");
        Assert.Empty(methods["items"]!.AsArray());
    }

    [Fact]
    public async Task Backends_have_none()
    {
        await app.Admin.DoAsync("POST", "/api/backends", """{"system_name":"b-none","name":"B","private_base_url":"http://h"}""");

        Assert.Single((await app.Admin.DoAsync("GET", "/api/backends/b-none/metrics"))["items"]!.AsArray());
        using var read = await app.Admin.GetAsync("/api/backends/b-none/metrics/ws.seconds").Soon();
        await read.ProblemAsync(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_can_be_read_and_neither_made_changed_nor_deleted(string name)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-fixed","name":"n"}""");
        var path = $"/api/products/p-fixed/metrics/{name}";

        Assert.True((bool?)(await app.Admin.DoAsync("GET", path))["builtin"]);
        using var made = await app.Admin.SendAsync(
            "POST",
            "/api/products/p-fixed/metrics",
            $$"""{"system_name":"{{name}}","name":"N","unit":"u"}""");
        Assert.Equal(["/system_name reserved"], (await made.ProblemAsync(400, "invalid")).Errors());
        using var replaced = await app.Admin.SendAsync("PUT", path, """{"name":"N","unit":"u"}""", "*");
        await replaced.ProblemAsync(409, "builtin_metric");
        using var deleted = await app.Admin.SendAsync("DELETE", path, ifMatch: "*");
        await deleted.ProblemAsync(409, "builtin_metric");
    }

    [Theory]
    [InlineData("products")]
    [InlineData("backends")]
    public async Task What_might_be_taken_for_one_of_them_cannot_be_made(string kind)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"o-taken","name":"n"}""");
        await app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"o-taken","name":"B","private_base_url":"http://h"}""");

        foreach (var name in new[] { "ws", "ws.", "ws.frames" })
        {
            using var made = await app.Admin.SendAsync(
                "POST",
                $"/api/{kind}/o-taken/metrics",
                $$"""{"system_name":"{{name}}","name":"N","unit":"u"}""");
            Assert.Equal(["/system_name reserved"], (await made.ProblemAsync(400, "invalid")).Errors());
        }

        using var near = await app.Admin.SendAsync("POST", $"/api/{kind}/o-taken/metrics", """{"system_name":"ws-2","name":"N","unit":"u"}""");
        Assert.Equal(HttpStatusCode.Created, near.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_plan_limits_and_prices_each_in_paths_and_bodies(string name)
    {
        var market = await Market.OpenAsync(app.Admin);
        var plan = $"/api/products/{market.Product}/plans/basic";

        await market.LimitAsync(name, "month", 10);
        await app.Admin.DoAsync("POST", plan + "/pricing-rules", $$"""{"metric":"{{name}}","min":1,"cost_per_unit":0.5}""");
        var limit = await app.Admin.DoAsync("PUT", $"{plan}/limits/{name}.month", $$"""{"metric":"{{name}}","value":11}""", "*");
        var price = await app.Admin.DoAsync("PUT", $"{plan}/pricing-rules/{name}.1", """{"cost_per_unit":2}""", "*");

        Assert.Equal($"{name}.month {name} 11", $"{limit["id"]} {limit["metric"]} {limit["value"]}");
        Assert.Equal($"{name}.1 {name} 2", $"{price["id"]} {price["metric"]} {price["cost_per_unit"]}");
        await app.Admin.DoAsync("DELETE", $"{plan}/limits/{name}.month", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"{plan}/pricing-rules/{name}.1", ifMatch: "*");
    }

    [Fact]
    public async Task What_is_counted_on_one_counts_on_no_other_and_its_limit_holds()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("ws.connections", "eternity", 2);
        await market.LimitAsync("hits", "eternity", 1);
        var key = (string)(await market.SellAsync())["user_key"]!;

        Assert.Equal("yes", await market.JudgeAsync(key, """{"ws.connections":2}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, """{"ws.connections":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"hits":1}"""));
    }

    [Theory]
    [InlineData("connections", "ws.connections")]
    [InlineData("in", "ws.messages.in")]
    public async Task A_backend_named_like_the_end_of_one_leaves_the_product_though_a_plan_names_that(string backend, string metric)
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.SendAsync("POST", "/api/backends", $$"""{"system_name":"{{backend}}","name":"B","private_base_url":"http://h"}""");
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/backends", $$"""{"backend":"{{backend}}"}""");
        await market.LimitAsync(metric, "day", 1);

        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/backends/{backend}", ifMatch: "*");
    }

    [Fact]
    public async Task A_plan_copied_for_one_application_keeps_its_terms_of_them()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("ws.bytes.out", "day", 7);
        var made = await market.SellAsync();

        var custom = await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:customize-plan");

        var limits = await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans/{custom["plan"]}/limits");
        Assert.Equal("ws.bytes.out.day", (string?)Assert.Single(limits["items"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task Documents_name_them_in_plans_and_nowhere_else()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("ws.messages.in", "day", 7);

        var document = JsonNode.Parse(await app.ExportAsync(market.Product, "application/json"))!;
        var applied = await app.ApplyAsync(document.ToJsonString(), "?prune=true");

        var product = document["product"]!;
        Assert.Equal(["hits"], product["metrics"]!.AsArray().Select(metric => (string)metric!["system_name"]!));
        Assert.Equal("ws.messages.in", (string?)product["plans"]![0]!["limits"]![0]!["metric"]);
        Assert.Equal(0, (int?)applied["changed"]);

        product["metrics"]!.AsArray().Add(JsonNode.Parse("""{"system_name":"ws.frames","name":"N","unit":"u"}"""));
        using var refused = await app.PostDocumentAsync("/api/documents:apply", document.ToJsonString(), "application/json");
        Assert.Equal(["/product/metrics/1/system_name reserved"], (await refused.ProblemAsync(400, "invalid")).Errors());
    }
}
