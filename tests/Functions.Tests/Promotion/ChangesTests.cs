using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Promotion;

public sealed class ChangesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task What_a_promotion_would_change_is_told_before()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        Assert.True((bool)(await ChangesAsync(workshop))["pending"]!);
        await workshop.PromoteAsync("staging");
        Assert.Equal(
            $$"""{"product":"{{workshop.Product}}","to":"staging","pending":false,"from_version":1,"changes":[],"findings":[]}""",
            (await ChangesAsync(workshop)).ToJsonString());
        Assert.False((bool)(await app.Admin.DoAsync("GET", workshop.Configs))["pending_changes"]!);

        await workshop.AddRuleAsync("/new");
        await app.Admin.DoAsync("PUT", $"/api/backends/{workshop.Product}", """{"name":"B","private_base_url":"http://elsewhere"}""", "*");

        var changes = await ChangesAsync(workshop);
        Assert.Equal(
            ["replace /backends/NAME/private_base_url", "replace /backends/NAME/tls/insecure", "add /mapping_rules/1"],
            Lines(changes).Select(line => line.Replace(workshop.Product, "NAME", StringComparison.Ordinal)));
        Assert.Equal("wss://localhost:8443/base", (string?)changes["changes"]![0]!["before"]);
        Assert.Equal("http://elsewhere", (string?)changes["changes"]![0]!["after"]);
        Assert.True((bool)(await app.Admin.DoAsync("GET", workshop.Configs))["pending_changes"]!);
    }

    [Fact]
    public async Task Production_is_compared_with_staging()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        using var early = await app.Admin.GetAsync($"/api/products/{workshop.Product}/changes?to=production").Soon();
        await early.ProblemAsync(404, "not_found");
        await workshop.ReleaseAsync(1);
        await workshop.AddRuleAsync("/new");
        await workshop.PromoteAsync("staging");

        var changes = await ChangesAsync(workshop, "?to=production");

        Assert.Equal(["add /mapping_rules/2"], Lines(changes));
        Assert.Equal((1, 2), ((int)changes["from_version"]!, (int)changes["to_version"]!));
        using var nowhere = await app.Admin.GetAsync($"/api/products/{workshop.Product}/changes?to=test").Soon();
        await nowhere.ProblemAsync(400, "invalid_to");
        using var none = await app.Admin.GetAsync("/api/products/none/changes").Soon();
        await none.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Warnings_come_with_the_changes_and_with_the_promotion_that_they_do_not_stop()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await app.Admin.DoAsync("PUT", $"/api/products/{workshop.Product}/policies", """{"policies":[]}""", "*");

        var changes = await ChangesAsync(workshop);
        var promoted = await workshop.PromoteAsync("staging");

        foreach (var findings in new[] { changes["findings"]!, promoted["findings"]! })
        {
            Assert.Equal(
                ("warning", "websocket_policy_missing", "/policies"),
                ((string)findings[0]!["level"]!, (string)findings[0]!["code"]!, (string)findings[0]!["pointer"]!));
        }
    }

    [Fact]
    public async Task Errors_come_with_the_changes_and_stop_the_promotion()
    {
        await app.MakeProductAsync("p-empty");

        var changes = await app.Admin.DoAsync("GET", "/api/products/p-empty/changes");

        Assert.Equal(
            ["error no_backend", "error no_mapping_rule"],
            changes["findings"]!.AsArray().Select(finding => $"{finding!["level"]} {finding["code"]}"));
    }

    [Fact]
    public async Task The_secret_token_is_shown_to_relays_alone()
    {
        const string Secret = "token-for-the-backends";
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.PromoteAsync("staging");
        var answers = new List<JsonNode>
        {
            await app.Admin.DoAsync("PUT", $"/api/products/{workshop.Product}", $$"""{"name":"P","secret_token":"{{Secret}}"}""", "*"),
            await ChangesAsync(workshop),
            await workshop.PromoteAsync("staging"),
            await app.Admin.DoAsync("GET", workshop.Configs + "/staging"),
            await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/versions/2"),
        };

        Assert.All(answers, answer => Assert.DoesNotContain(Secret, answer.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal(["add /secret_token"], Lines(answers[1]));
        Assert.True((bool)answers[^1]["content"]!["secret_token_set"]!);
        var index = await app.Admin.DoAsync("GET", "/api/relay/configuration");
        var pointer = index["pointers"]!.AsArray().Single(p => (string?)p!["product"] == workshop.Product)!;
        var served = await app.Admin.DoAsync("GET", $"/api/relay/configuration/{workshop.Product}/{pointer["generation"]}/2");
        Assert.Equal(Secret, (string?)served["secret_token"]);
    }

    [Fact]
    public async Task A_version_is_read_by_its_number()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(2);

        var first = await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/versions/1");

        Assert.Equal(2, first["content"]!["mapping_rules"]!.AsArray().Count);
        Assert.False((bool)first["content"]!["secret_token_set"]!);
        foreach (var version in new[] { "3", "0", "x", "99999999999" })
        {
            using var missing = await app.Admin.GetAsync($"/api/products/{workshop.Product}/versions/{version}").Soon();
            await missing.ProblemAsync(404, "not_found");
        }
    }

    private Task<JsonNode> ChangesAsync(Workshop workshop, string query = "") =>
        app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes{query}");

    private static IEnumerable<string> Lines(JsonNode changes) =>
        changes["changes"]!.AsArray().Select(change => $"{change!["op"]} {change["path"]}");
}
