using System.Net;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Plans;

public sealed class LimitsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_limit_is_made_read_replaced_and_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var limits = Limits(market);

        using var created = await app.Admin.SendAsync("POST", limits, """{"metric":"hits","period":"minute","value":5}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(limits + "/hits.minute", created.Headers.Location?.ToString());
        Assert.Equal(
            """{"metric":"hits","period":"minute","value":5,"id":"hits.minute"}""",
            (await app.Admin.DoAsync("GET", limits + "/hits.minute")).ToJsonString());

        var tag = created.Headers.ETag!.ToString();
        using var replaced = await app.Admin.SendAsync("PUT", limits + "/hits.minute", """{"value":0}""", tag);
        Assert.Equal(0, (long?)(await replaced.JsonAsync())["value"]);
        using var late = await app.Admin.SendAsync("DELETE", limits + "/hits.minute", ifMatch: tag);
        await late.ProblemAsync(412, "etag_mismatch");

        await app.Admin.DoAsync("DELETE", limits + "/hits.minute", ifMatch: replaced.Headers.ETag!.ToString());
        using var gone = await app.Admin.GetAsync(limits + "/hits.minute").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_metric_has_one_limit_for_each_period()
    {
        var market = await Market.OpenAsync(app.Admin);
        foreach (var period in new[] { "minute", "hour", "day", "week", "month", "year", "eternity" })
        {
            await market.LimitAsync("hits", period, 5);
        }

        using var second = await app.Admin.SendAsync("POST", Limits(market), """{"metric":"hits","period":"week","value":6}""");

        await second.ProblemAsync(409, "already_exists");
        Assert.Equal(7, (await app.Admin.DoAsync("GET", Limits(market)))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_limit_of_an_unknown_metric_is_refused()
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync("POST", Limits(market), """{"metric":"none","period":"week","value":6}""");

        Assert.Equal(["/metric unknown_metric"], (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_metric_with_a_limit_is_not_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.AddMetricAsync("messages");
        await market.LimitAsync("messages", "day", 5);

        using var refused = await app.Admin.SendAsync("DELETE", $"/api/products/{market.Product}/metrics/messages", ifMatch: "*");

        await refused.ProblemAsync(409, "in_use");
    }

    [Fact]
    public async Task A_plan_has_80_limits_at_most()
    {
        var market = await Market.OpenAsync(app.Admin);
        string[] periods = ["minute", "hour", "day", "week", "month", "year", "eternity"];
        for (var metric = 0; metric < 12; metric++)
        {
            await market.AddMetricAsync($"m{metric}");
        }

        for (var number = 0; number < 80; number++)
        {
            await market.LimitAsync($"m{number / 7}", periods[number % 7], 5);
        }

        using var refused = await app.Admin.SendAsync("POST", Limits(market), """{"metric":"hits","period":"week","value":6}""");
        await refused.ProblemAsync(409, "too_many_limits");

        // A request that uses all of them is still counted in one go, and the plan still deleted.
        var application = await market.SellAsync();
        var usage = "{" + string.Join(',', Enumerable.Range(0, 12).Select(metric => $"\"m{metric}\":1")) + "}";
        Assert.Equal("yes", await market.JudgeAsync((string)application["user_key"]!, usage));
        await app.Admin.DoAsync("DELETE", $"/api/applications/{application["id"]}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/plans/{Market.Plan}", ifMatch: "*");
    }

    private static string Limits(Market market) => $"/api/products/{market.Product}/plans/{Market.Plan}/limits";
}
