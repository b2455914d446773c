using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metrics;

public sealed class MetricsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_metric_is_made_read_replaced_and_deleted()
    {
        await app.MakeProductAsync("p-life");
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/products/p-life/metrics",
            """{"system_name":"messages","name":"Messages","unit":"message","description":"both ways"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/products/p-life/metrics/messages", created.Headers.Location?.ToString());

        using var read = await app.Admin.GetAsync("/api/products/p-life/metrics/messages").Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        Assert.Equal(
            """{"system_name":"messages","name":"Messages","unit":"message","description":"both ways"}""",
            await read.Content.ReadAsStringAsync().Soon());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/products/p-life/metrics/messages",
            """{"name":"M","unit":"m"}""",
            read.Headers.ETag!.ToString());
        Assert.Equal("""{"system_name":"messages","name":"M","unit":"m"}""", (await replaced.JsonAsync()).ToJsonString());

        await app.Admin.DoAsync("DELETE", "/api/products/p-life/metrics/messages", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Single((await app.Admin.DoAsync("GET", "/api/products/p-life/metrics")).Made());
    }

    [Fact]
    public async Task Hits_cannot_be_deleted()
    {
        await app.MakeProductAsync("p-hits");

        using var response = await app.Admin.SendAsync("DELETE", "/api/products/p-hits/metrics/hits", ifMatch: "*");

        await response.ProblemAsync(409, "in_use");
    }

    [Fact]
    public async Task A_metric_stays_while_a_mapping_rule_names_it()
    {
        await app.MakeProductAsync("p-keeps");
        await app.Admin.DoAsync("POST", "/api/products/p-keeps/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        var rule = await app.Admin.DoAsync(
            "POST",
            "/api/products/p-keeps/mapping-rules",
            """{"method":"GET","pattern":"/","metric":"m"}""");

        using var refused = await app.Admin.SendAsync("DELETE", "/api/products/p-keeps/metrics/m", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");

        await app.Admin.DoAsync("DELETE", $"/api/products/p-keeps/mapping-rules/{rule["id"]}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/products/p-keeps/metrics/m", ifMatch: "*");
    }

    [Fact]
    public async Task A_metric_deleted_while_rules_begin_to_name_it_is_either_gone_or_named()
    {
        await app.MakeProductAsync("p-race");
        for (var round = 0; round < 5; round++)
        {
            await app.Admin.DoAsync("POST", "/api/products/p-race/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
            var name = app.Admin.SendAsync(
                "POST",
                "/api/products/p-race/mapping-rules",
                """{"method":"GET","pattern":"/","metric":"m"}""");
            var delete = app.Admin.SendAsync("DELETE", "/api/products/p-race/metrics/m", ifMatch: "*");
            await Task.WhenAll(name, delete).Soon();

            var rules = (await app.Admin.DoAsync("GET", "/api/products/p-race/mapping-rules"))["items"]!.AsArray();
            using var metric = await app.Admin.GetAsync("/api/products/p-race/metrics/m").Soon();
            Assert.Equal(rules.Count == 1, metric.StatusCode == HttpStatusCode.OK);
            foreach (var rule in rules)
            {
                await app.Admin.DoAsync("DELETE", $"/api/products/p-race/mapping-rules/{rule!["id"]}", ifMatch: "*");
                await app.Admin.DoAsync("DELETE", "/api/products/p-race/metrics/m", ifMatch: "*");
            }
        }
    }
}
