using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;

namespace Serverless.Functions.Tests.Events;

/// <summary>What is told of each change; of a name that no other test has, so that others may change things beside.</summary>
public sealed class EmittedEventsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_promotion_and_a_rollback_say_what_is_served_where_and_whether_tunnels_are_to_end()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        var before = await LatestAsync();

        await workshop.PromoteAsync("staging");
        await workshop.AddRuleAsync("/more");
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:promote", """{"close_connections":true}""");
        await app.Admin.DoAsync("POST", workshop.Configs + "/production:promote", """{"version":2,"close_connections":false}""");
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:rollback", """{"close_connections":true}""");
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:pin", """{"version":2}""");
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:unpin");

        Assert.Equal(
            [
                "configuration.promoted staging 1 stay",
                "configuration.promoted staging 2 close",
                "configuration.promoted production 2 stay",
                "configuration.rolled_back staging 1 close",
                "configuration.rolled_back staging 2 stay",
            ],
            (await SinceAsync(before, workshop.Product)).Select(one =>
                $"{one["kind"]} {one["environment"]} {one["version"]} {((bool)one["close_connections"]! ? "close" : "stay")}"));
    }

    [Fact]
    public async Task A_promotion_that_changes_nothing_is_told_again_and_one_that_fails_is_not()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.PromoteAsync("staging");
        var before = await LatestAsync();

        await workshop.PromoteAsync("staging");
        using var refused = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", """{"version":7}""");
        using var stale = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote", ifMatch: "\"other\"");
        using var wrong = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote", """{"close_connections":1}""");

        Assert.Equal(["configuration.promoted"], Kinds(await SinceAsync(before, workshop.Product)));
        await refused.ProblemAsync(409, "version_not_in_staging");
        await stale.ProblemAsync(412, "etag_mismatch");
        Assert.Equal(["/close_connections wrong_type"], (await wrong.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Every_step_of_an_application_is_told_with_its_product()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"gold","name":"Gold","approval_required":true}""");
        var sold = await app.Admin.DoAsync(
            "POST", $"/api/accounts/{market.Account}/applications", $$"""{"product":"{{market.Product}}","plan":"gold","name":"A"}""");
        var (id, path) = ((string)sold["id"]!, $"/api/applications/{sold["id"]}");
        var before = await LatestAsync();

        foreach (var verb in new[] { "accept", "suspend", "resume", "customize-plan", "decustomize-plan", "close-connections" })
        {
            await app.Admin.DoAsync("POST", $"{path}:{verb}");
        }

        await app.Admin.DoAsync("POST", $"{path}:change-plan", """{"plan":"basic"}""");
        await app.Admin.DoAsync("PUT", path, """{"plan":"gold","name":"B"}""", "*");
        using var deleted = await app.Admin.SendAsync("DELETE", path, ifMatch: "*");

        var told = await SinceAsync(before, market.Product);
        Assert.Equal(
            [
                "application.resumed", "application.suspended", "application.resumed", "application.plan_changed", "application.plan_changed",
                "connections.close", "application.plan_changed", "application.plan_changed", "application.deleted",
            ],
            Kinds(told));
        Assert.All(told, one => Assert.Equal(id, (string?)one["application"]));
    }

    [Fact]
    public async Task A_refused_step_is_not_told()
    {
        var market = await Market.OpenAsync(app.Admin);
        var sold = await market.SellAsync();
        var before = await LatestAsync();

        using var stale = await app.Admin.SendAsync("POST", $"/api/applications/{sold["id"]}:suspend", ifMatch: "\"other\"");
        using var unknown = await app.Admin.SendAsync("POST", "/api/applications/nobody:close-connections");
        using var environment = await app.Admin.SendAsync("POST", $"/api/products/{market.Product}:close-connections", """{"environment":"test"}""");

        await stale.ProblemAsync(412, "etag_mismatch");
        await unknown.ProblemAsync(404, "not_found");
        Assert.Equal(["/environment unknown_environment"], (await environment.ProblemAsync(400, "invalid")).Errors());
        Assert.Empty(await SinceAsync(before, market.Product));
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_is_told_by_the_name_that_judging_it_gave()
    {
        var market = await Market.OpenAsync(app.Admin);
        var sold = await market.SellAsync();
        var key = await app.Admin.DoAsync("POST", $"/api/applications/{sold["id"]}/keys", "{}");
        var answer = await market.AuthorizeAsync((string)key["user_key"]!);
        Assert.Equal((string?)key["id"], (string?)answer["key"]);
        var before = await LatestAsync();

        using var deleted = await app.Admin.SendAsync("DELETE", $"/api/applications/{sold["id"]}/keys/{key["id"]}");

        var told = Assert.Single(await SinceAsync(before, market.Product));
        Assert.Equal(("key.deleted", (string?)key["id"], (string?)sold["id"]), ((string?)told["kind"], (string?)told["key"], (string?)told["application"]));
        Assert.Equal((string?)key["id"], (string?)(await market.AuthorizeAsync((string)key["user_key"]!))["key"]);
    }

    [Fact]
    public async Task A_pair_has_the_name_of_its_key_and_neither_a_wrong_one_nor_a_token_has_any()
    {
        var market = await Market.OpenAsync(app.Admin, "\"credentials\":{\"mode\":\"app_id\"}");
        var sold = await market.SellAsync();
        var listed = (await app.Admin.DoAsync("GET", $"/api/applications/{sold["id"]}/keys"))["items"]![0]!;

        var (right, wrong, token) = (
            await AskAsync($$"""{"product":"{{market.Product}}","app_id":"{{sold["app_id"]}}","app_key":"{{sold["app_key"]}}"}"""),
            await AskAsync($$"""{"product":"{{market.Product}}","app_id":"{{sold["app_id"]}}","app_key":"0123456789abcdef0123"}"""),
            await AskAsync($$"""{"product":"{{market.Product}}","client_id":"{{sold["client_id"]}}"}"""));

        Assert.Equal((string?)listed["id"], (string?)right["key"]);
        Assert.Equal("application_key_invalid", (string?)wrong["reason"]);
        Assert.True((bool)token["authorized"]!);
        Assert.Null(wrong["key"]);
        Assert.Null(token["key"]);

        Task<JsonNode> AskAsync(string question) => app.Admin.DoAsync("POST", "/api/relay/authorize", question);
    }

    [Fact]
    public async Task What_becomes_of_an_account_is_told_of_each_of_its_applications_that_it_decides_about()
    {
        var market = await Market.OpenAsync(app.Admin);
        string[] let = [(string)(await market.SellAsync())["id"]!, (string)(await market.SellAsync())["id"]!];
        var suspended = (string)(await market.SellAsync())["id"]!;
        await app.Admin.DoAsync("POST", $"/api/applications/{suspended}:suspend");
        var before = await LatestAsync();

        await app.Admin.DoAsync("POST", $"/api/accounts/{market.Account}:suspend");
        await app.Admin.DoAsync("POST", $"/api/accounts/{market.Account}:resume");

        Assert.Equal(
            let.Select(id => $"application.suspended {id}").Order().Concat(let.Select(id => $"application.resumed {id}").Order()),
            (await SinceAsync(before, market.Product)).Select(one => $"{one["kind"]} {one["application"]}").Chunk(2).SelectMany(both => both.Order()));
    }

    [Fact]
    public async Task Other_terms_of_a_plan_are_told_of_the_whole_product_and_are_in_force_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        var key = (string)(await market.SellAsync())["user_key"]!;
        Assert.Equal("yes", await market.JudgeAsync(key));
        var (before, plan) = (await LatestAsync(), $"/api/products/{market.Product}/plans/basic");

        await market.LimitAsync("hits", "day", 0);
        Assert.Equal("metric_disabled", await market.JudgeAsync(key));
        await app.Admin.DoAsync("PUT", plan + "/limits/hits.day", """{"value":5}""", "*");
        Assert.Equal("yes", await market.JudgeAsync(key));
        using var deleted = await app.Admin.SendAsync("DELETE", plan + "/limits/hits.day", ifMatch: "*");
        await app.Admin.DoAsync("POST", plan + "/pricing-rules", """{"metric":"hits","min":1,"cost_per_unit":0.5}""");
        await app.Admin.DoAsync("PUT", plan + "/pricing-rules/hits.1", """{"cost_per_unit":1}""", "*");
        using var unpriced = await app.Admin.SendAsync("DELETE", plan + "/pricing-rules/hits.1", ifMatch: "*");
        await app.Admin.DoAsync("PUT", plan, """{"name":"Basic","max_connections":3}""", "*");

        var told = await SinceAsync(before, market.Product);
        Assert.Equal(Enumerable.Repeat("application.plan_changed", 7), Kinds(told));
        Assert.All(told, one => Assert.Null(one["application"]));
    }

    [Fact]
    public async Task A_document_with_plans_and_a_product_that_goes_are_told()
    {
        var market = await Market.OpenAsync(app.Admin);
        var before = await LatestAsync();

        await app.Admin.DoAsync(
            "POST",
            "/api/documents:apply",
            $$$"""{"product":{"system_name":"{{{market.Product}}}","name":"P","plans":[{"system_name":"basic","name":"B","limits":[{"metric":"hits","period":"day","value":3}]}]}}""");
        using var deleted = await app.Admin.SendAsync("DELETE", $"/api/products/{market.Product}", ifMatch: "*");

        Assert.Equal(["application.plan_changed", "application.deleted"], Kinds(await SinceAsync(before, market.Product)));
    }

    [Fact]
    public async Task Deleting_a_product_that_never_was_tells_nobody_anything()
    {
        var before = await LatestAsync();

        using var unknown = await app.Admin.SendAsync("DELETE", "/api/products/never-was", ifMatch: "*");

        await unknown.ProblemAsync(404, "not_found");
        Assert.Empty(await SinceAsync(before, "never-was"));
    }

    private async Task<long> LatestAsync() => (long)(await app.Admin.DoAsync("GET", "/api/relay/events"))["latest"]!;

    private async Task<IReadOnlyList<JsonNode>> SinceAsync(long after, string product) =>
    [
        .. (await app.Admin.DoAsync("GET", $"/api/relay/events?after={after}"))["events"]!.AsArray()
            .OfType<JsonNode>()
            .Where(one => (string?)one["product"] == product),
    ];

    private static IEnumerable<string> Kinds(IEnumerable<JsonNode> events) => events.Select(one => (string)one["kind"]!);
}
