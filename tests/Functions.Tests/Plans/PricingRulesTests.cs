using System.Net;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Plans;

public sealed class PricingRulesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_pricing_rule_is_made_read_replaced_and_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var rules = Rules(market);

        using var created = await app.Admin.SendAsync("POST", rules, """{"metric":"hits","min":1,"max":100,"cost_per_unit":0.0100}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(rules + "/hits.1", created.Headers.Location?.ToString());
        Assert.Equal(
            """{"metric":"hits","min":1,"max":100,"cost_per_unit":0.01,"id":"hits.1"}""",
            (await app.Admin.DoAsync("GET", rules + "/hits.1")).ToJsonString());

        var tag = created.Headers.ETag!.ToString();
        using var replaced = await app.Admin.SendAsync("PUT", rules + "/hits.1", """{"cost_per_unit":0.02}""", tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Null((await replaced.JsonAsync())["max"]);
        using var late = await app.Admin.SendAsync("PUT", rules + "/hits.1", """{"cost_per_unit":0.03}""", tag);
        await late.ProblemAsync(412, "etag_mismatch");
        using var lateDelete = await app.Admin.SendAsync("DELETE", rules + "/hits.1", ifMatch: tag);
        await lateDelete.ProblemAsync(412, "etag_mismatch");
        Assert.Single((await app.Admin.DoAsync("GET", rules))["items"]!.AsArray());

        await app.Admin.DoAsync("DELETE", rules + "/hits.1", ifMatch: replaced.Headers.ETag!.ToString());
        using var gone = await app.Admin.GetAsync(rules + "/hits.1").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData(1, "null", "hits.10")]
    [InlineData(1, "10", "hits.10")]
    [InlineData(20, "30", "hits.10")]
    [InlineData(15, "15", "hits.10")]
    [InlineData(100, "null", "hits.50")]
    [InlineData(1, "9", null)]
    [InlineData(21, "49", null)]
    public async Task No_unit_has_two_prices(long min, string max, string? other)
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.AddMetricAsync("messages");
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"hits","min":10,"max":20,"cost_per_unit":1}""");
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"hits","min":50,"cost_per_unit":1}""");
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"messages","min":1,"cost_per_unit":1}""");

        using var answer = await app.Admin.SendAsync(
            "POST",
            Rules(market),
            $$"""{"metric":"hits","min":{{min}},"max":{{max}},"cost_per_unit":2}""");

        if (other is null)
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
        else
        {
            var problem = await answer.ProblemAsync(409, "overlapping");
            Assert.Contains($"'{other}'", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_replaced_rule_overlaps_no_other_either()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"hits","min":1,"max":20,"cost_per_unit":1}""");
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"hits","min":50,"cost_per_unit":1}""");

        using var refused = await app.Admin.SendAsync("PUT", Rules(market) + "/hits.1", """{"max":50,"cost_per_unit":1}""", "*");
        await refused.ProblemAsync(409, "overlapping");
        await app.Admin.DoAsync("PUT", Rules(market) + "/hits.1", """{"max":49,"cost_per_unit":1}""", "*");
        using var again = await app.Admin.SendAsync("POST", Rules(market), """{"metric":"hits","min":50,"cost_per_unit":1}""");
        await again.ProblemAsync(409, "already_exists");
    }

    [Fact]
    public async Task Of_many_that_overlap_one_wins_however_they_come()
    {
        await using var second = await app.RestartAsync();
        var market = await Market.OpenAsync(app.Admin);
        HttpClient[] clients = [app.Admin, second.Admin];

        var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(n => clients[n % 2].SendAsync(
            "POST",
            Rules(market),
            $$"""{"metric":"hits","min":{{n}},"max":{{n + 20}},"cost_per_unit":1}"""))).Soon();

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "overlapping");
        }
    }

    [Fact]
    public async Task A_metric_with_a_price_is_not_deleted_and_the_prices_go_with_the_plan()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.AddMetricAsync("messages");
        await app.Admin.DoAsync("POST", Rules(market), """{"metric":"messages","min":1,"cost_per_unit":1}""");

        using var refused = await app.Admin.SendAsync("DELETE", $"/api/products/{market.Product}/metrics/messages", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");
        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/plans/basic", ifMatch: "*");

        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/metrics/messages", ifMatch: "*");
    }

    [Fact]
    public async Task A_plan_has_95_limits_and_pricing_rules_at_most()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "day", 1_000_000);
        for (var n = 1; n <= 94; n++)
        {
            await app.Admin.DoAsync("POST", Rules(market), $$"""{"metric":"hits","min":{{n}},"max":{{n}},"cost_per_unit":1}""");
        }

        using var rule = await app.Admin.SendAsync("POST", Rules(market), """{"metric":"hits","min":95,"cost_per_unit":1}""");
        await rule.ProblemAsync(409, "too_many_pricing_rules");
        using var limit = await app.Admin.SendAsync(
            "POST",
            $"/api/products/{market.Product}/plans/basic/limits",
            """{"metric":"hits","period":"week","value":6}""");
        await limit.ProblemAsync(409, "too_many_limits");

        // All of it is copied and deleted in one go.
        var made = await market.SellAsync();
        var custom = await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:customize-plan");
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:decustomize-plan");
        using var gone = await app.Admin.GetAsync($"/api/products/{market.Product}/plans/{custom["plan"]}").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("{}", "/metric required", "/min required", "/cost_per_unit required")]
    [InlineData("""{"metric":"a.b.c","min":0,"max":0,"cost_per_unit":-1}""", "/metric invalid_slug", "/min out_of_range", "/cost_per_unit out_of_range")]
    [InlineData("""{"metric":"hits","min":5,"max":4,"cost_per_unit":0.00001}""", "/max out_of_range", "/cost_per_unit too_precise")]
    [InlineData("""{"metric":"hits","min":1.5,"cost_per_unit":1000001}""", "/min wrong_type", "/cost_per_unit out_of_range")]
    [InlineData("""{"metric":"none","min":1,"cost_per_unit":1}""", "/metric unknown_metric")]
    [InlineData("""{"metric":"hits.none","min":1,"cost_per_unit":1}""", "/metric unknown_metric")]
    [InlineData("""{"metric":"hits","min":1,"cost_per_unit":1,"id":"mine"}""", "/id immutable")]
    public async Task A_pricing_rule_that_cannot_be_is_refused_by_member(string json, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync("POST", Rules(market), json);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
        Assert.Empty((await app.Admin.DoAsync("GET", Rules(market)))["items"]!.AsArray());
    }

    private static string Rules(Market market) => $"/api/products/{market.Product}/plans/{Market.Plan}/pricing-rules";
}
