using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

/// <summary>Every step from every state of an application.</summary>
public sealed class ApplicationStatesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Theory]
    [InlineData("pending", "accept", "live")]
    [InlineData("pending", "suspend", null)]
    [InlineData("pending", "resume", null)]
    [InlineData("live", "accept", "live")]
    [InlineData("live", "suspend", "suspended")]
    [InlineData("live", "resume", "live")]
    [InlineData("suspended", "accept", null)]
    [InlineData("suspended", "suspend", "suspended")]
    [InlineData("suspended", "resume", "live")]
    public async Task A_step_leads_where_it_may_or_is_refused_with_the_state_there_is(string from, string step, string? to)
    {
        var market = await Market.OpenAsync(app.Admin);
        await ApprovalAsync(market, from == "pending");
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        if (from == "suspended")
        {
            await app.Admin.DoAsync("POST", address + ":suspend");
        }

        Assert.Equal(from, (string?)(await app.Admin.DoAsync("GET", address))["state"]);
        using var answer = await app.Admin.SendAsync("POST", $"{address}:{step}");

        if (to is null)
        {
            var problem = await answer.ProblemAsync(409, "wrong_state");
            Assert.Contains($"is {from}:", (string?)problem["detail"], StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(to, (string?)(await answer.JsonAsync())["state"]);
        }

        Assert.Equal(
            (to ?? from) == "live" ? "yes" : "application_not_active",
            await market.JudgeAsync((string)made["user_key"]!));
        Assert.Equal(to ?? from, (string?)(await app.Admin.DoAsync("GET", address))["state"]);
    }

    [Fact]
    public async Task A_step_that_is_not_allowed_says_first_that_the_condition_does_not_hold()
    {
        var market = await Market.OpenAsync(app.Admin);
        await ApprovalAsync(market, true);
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        using var read = await app.Admin.GetAsync(address).Soon();
        await app.Admin.DoAsync("PUT", address, """{"name":"N","plan":"basic"}""", "*");

        using var stale = await app.Admin.SendAsync("POST", address + ":suspend", ifMatch: read.Headers.ETag!.ToString());

        await stale.ProblemAsync(412, "etag_mismatch");
    }

    [Fact]
    public async Task Of_many_who_accept_and_suspend_at_once_state_and_keys_agree()
    {
        var market = await Market.OpenAsync(app.Admin);
        await ApprovalAsync(market, true);
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n =>
            app.Admin.SendAsync("POST", address + (n % 2 == 0 ? ":accept" : ":suspend")))).Soon();

        foreach (var refused in answers.Where(answer => !answer.IsSuccessStatusCode))
        {
            await refused.ProblemAsync(409, "wrong_state");
        }

        var state = (string?)(await app.Admin.DoAsync("GET", address))["state"];
        Assert.Contains(state, new[] { "live", "suspended" });
        Assert.Equal(state == "live" ? "yes" : "application_not_active", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task Another_plan_leaves_the_state_as_it_is()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"gold","name":"Gold"}""");
        await ApprovalAsync(market, true);
        var made = await market.SellAsync("\"redirect_url\":\"https://shop.example/back?x=1\"");
        var address = $"/api/applications/{made["id"]}";

        var changed = await app.Admin.DoAsync("POST", address + ":change-plan", """{"plan":"gold"}""");

        Assert.Equal(("gold", "pending"), ((string?)changed["plan"], (string?)changed["state"]));
        Assert.Equal("https://shop.example/back?x=1", (string?)changed["redirect_url"]);
        using var unknown = await app.Admin.SendAsync("POST", address + ":change-plan", """{"plan":"none"}""");
        Assert.Equal(["/plan unknown_plan"], (await unknown.ProblemAsync(400, "invalid")).Errors());
        using var missing = await app.Admin.SendAsync("POST", address + ":change-plan", "{}");
        Assert.Equal(["/plan required"], (await missing.ProblemAsync(400, "invalid")).Errors());
    }

    private Task<JsonNode> ApprovalAsync(Market market, bool isRequired) => app.Admin.DoAsync(
        "PUT",
        $"/api/products/{market.Product}/plans/basic",
        $$"""{"name":"Basic","approval_required":{{(isRequired ? "true" : "false")}}}""",
        "*");
}
