using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Plans;

/// <summary>What plans say of the metrics of backends, and of metrics above others.</summary>
public sealed class BackendMetricTermsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task What_a_backend_counts_falls_under_the_limits_of_all_that_is_above_it()
    {
        var market = await Market.OpenAsync(app.Admin);
        var backend = await UseBackendAsync(market);
        await app.Admin.DoAsync(
            "POST",
            $"/api/backends/{backend}/metrics",
            """{"system_name":"reads","name":"Reads","parent":"hits"}""");
        await market.LimitAsync($"reads.{backend}", "eternity", 4);
        await market.LimitAsync($"hits.{backend}", "eternity", 6);
        await market.LimitAsync("hits", "eternity", 7);
        var key = (string)(await market.SellAsync())["user_key"]!;
        var reads = $$"""{"reads.{{backend}}":2}""";

        Assert.Equal("yes", await market.JudgeAsync(key, reads));
        Assert.Equal("yes", await market.JudgeAsync(key, reads));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, reads));
        Assert.Equal("yes", await market.JudgeAsync(key, $$"""{"hits.{{backend}}":2}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, $$"""{"hits.{{backend}}":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"hits":1}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, """{"hits":1}"""));
    }

    [Fact]
    public async Task A_method_adds_to_hits_and_a_limit_of_zero_above_disables_it()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync(
            "POST",
            $"/api/products/{market.Product}/metrics",
            """{"system_name":"list","name":"List","parent":"hits"}""");
        await market.AddMetricAsync("messages");
        await market.LimitAsync("hits", "day", 0);
        var key = (string)(await market.SellAsync())["user_key"]!;

        Assert.Equal("metric_disabled", await market.JudgeAsync(key, """{"list":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"messages":1}"""));
    }

    [Fact]
    public async Task A_backend_stays_in_the_product_and_keeps_its_metric_while_a_plan_names_it()
    {
        var market = await Market.OpenAsync(app.Admin);
        var backend = await UseBackendAsync(market);
        await app.Admin.DoAsync(
            "POST",
            $"/api/backends/{backend}/metrics",
            """{"system_name":"bytes","name":"Bytes","unit":"byte"}""");
        var plan = $"/api/products/{market.Product}/plans/basic";
        await market.LimitAsync($"bytes.{backend}", "day", 5);
        await app.Admin.DoAsync("POST", plan + "/pricing-rules", $$"""{"metric":"bytes.{{backend}}","min":1,"cost_per_unit":1}""");

        foreach (var term in new[] { $"/limits/bytes.{backend}.day", $"/pricing-rules/bytes.{backend}.1" })
        {
            foreach (var address in new[] { $"/api/products/{market.Product}/backends/{backend}", $"/api/backends/{backend}/metrics/bytes" })
            {
                using var refused = await app.Admin.SendAsync("DELETE", address, ifMatch: "*");
                await refused.ProblemAsync(409, "in_use");
            }

            await app.Admin.DoAsync("DELETE", plan + term, ifMatch: "*");
        }

        await app.Admin.DoAsync("DELETE", $"/api/backends/{backend}/metrics/bytes", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/backends/{backend}", ifMatch: "*");
    }

    [Fact]
    public async Task A_metric_of_a_backend_that_the_product_does_not_use_is_unknown()
    {
        var (market, other) = (await Market.OpenAsync(app.Admin), await Market.OpenAsync(app.Admin));
        var backend = await UseBackendAsync(other);

        foreach (var metric in new[] { $"hits.{backend}", "hits.none" })
        {
            using var refused = await app.Admin.SendAsync(
                "POST",
                $"/api/products/{market.Product}/plans/basic/limits",
                $$"""{"metric":"{{metric}}","period":"day","value":1}""");
            Assert.Equal(["/metric unknown_metric"], (await refused.ProblemAsync(400, "invalid")).Errors());
        }
    }

    private async Task<string> UseBackendAsync(Market market)
    {
        var name = "b-" + market.Product[2..];
        await app.Admin.DoAsync(
            "POST",
            "/api/backends",
            $$"""{"system_name":"{{name}}","name":"B","private_base_url":"https://b.example"}""");
        await app.Admin.DoAsync(
            "POST",
            $"/api/products/{market.Product}/backends",
            $$"""{"backend":"{{name}}","path":"/"}""");
        return name;
    }
}
