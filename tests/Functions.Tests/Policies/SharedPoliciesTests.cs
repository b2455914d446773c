using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Policies;

public sealed class SharedPoliciesTests : IAsyncLifetime
{
    private const string Office = """{"name":"office","summary":"Our office","builtin":"ip_check","configuration":{"check_type":"whitelist","ips":["10.0.0.0/8"]}}""";

    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_catalogue_has_the_builtin_policies_and_then_the_shared_ones()
    {
        await _app.Admin.DoAsync("POST", "/api/policies", Office);

        var names = new List<string>();
        for (var next = ""; next is not null;)
        {
            var part = await _app.Admin.DoAsync("GET", $"/api/policies?limit=4{next}");
            names.AddRange(part["items"]!.AsArray().Select(policy => $"{policy!["name"]} {policy["version"]}"));
            next = part["next"] is { } token ? $"&continue={token}" : null;
        }

        Assert.Equal([.. Catalogue.All.Select(policy => policy.Name + " builtin"), "office custom"], names);
        var websocket = await _app.Admin.DoAsync("GET", "/api/policies/websocket");
        Assert.Equal("object", (string?)websocket["schema"]!["type"]);
        Assert.Equal("handshake", (string?)websocket["phases"]![0]);
        using var missing = await _app.Admin.GetAsync("/api/policies/none").Soon();
        await missing.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_shared_policy_is_made_changed_and_deleted_under_conditions()
    {
        using var made = await _app.Admin.SendAsync("POST", "/api/policies", Office);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("/api/policies/office", made.Headers.Location?.ToString());
        using var twice = await _app.Admin.SendAsync("POST", "/api/policies", Office);
        await twice.ProblemAsync(409, "already_exists");

        var tag = made.Headers.ETag!.ToString();
        using var changed = await _app.Admin.SendAsync("PUT", "/api/policies/office", """{"summary":"S","builtin":"origin","configuration":{"allow":["https://a"]}}""", tag);
        Assert.Equal("origin", (string?)(await changed.JsonAsync())["builtin"]);
        using var stale = await _app.Admin.SendAsync("PUT", "/api/policies/office", Office, tag);
        await stale.ProblemAsync(412, "etag_mismatch");
        using var staleDelete = await _app.Admin.SendAsync("DELETE", "/api/policies/office", ifMatch: tag);
        await staleDelete.ProblemAsync(412, "etag_mismatch");
        await _app.Admin.DoAsync("DELETE", "/api/policies/office", ifMatch: changed.Headers.ETag!.ToString());

        using var gone = await _app.Admin.SendAsync("DELETE", "/api/policies/office", ifMatch: "*");
        await gone.ProblemAsync(404, "not_found");
        using var builtin = await _app.Admin.SendAsync("DELETE", "/api/policies/origin", ifMatch: "*");
        await builtin.ProblemAsync(409, "builtin_policy");
    }

    [Theory]
    [InlineData("""{}""", "/name required", "/summary required", "/builtin required")]
    [InlineData("""{"name":"origin","summary":"S","builtin":"x","configuration":[]}""", "/name reserved", "/builtin unknown_policy")]
    [InlineData("""{"name":"A b","summary":" ","builtin":"origin"}""", "/name invalid_slug", "/summary empty", "/configuration/allow required")]
    [InlineData("""{"name":"a","summary":"S","builtin":"default_credentials","configuration":{"auth_type":"user_key"}}""", "/configuration/user_key required")]
    [InlineData("""{"name":"A","builtin":"default_credentials","configuration":{"auth_type":"user_key"}}""", "/name invalid_slug", "/summary required", "/configuration/user_key required")]
    public async Task A_shared_policy_that_cannot_work_is_refused(string json, params string[] errors)
    {
        using var refused = await _app.Admin.SendAsync("POST", "/api/policies", json);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_promotion_puts_the_builtin_policy_in_the_place_of_the_shared_one()
    {
        await _app.Admin.DoAsync("POST", "/api/policies", Office);
        var workshop = await Workshop.OpenAsync(_app.Admin);
        await ChainAsync(workshop, """[{"name":"office","version":"custom"},{"name":"websocket"}]""");

        var promoted = await workshop.PromoteAsync("staging");
        await _app.Admin.DoAsync("PUT", "/api/policies/office", Office.Replace("10.0.0.0/8", "10.1.0.0/16", StringComparison.Ordinal), "*");

        Assert.Equal(
            """[{"name":"ip_check","configuration":{"check_type":"whitelist","ips":["10.0.0.0/8"]}},{"name":"websocket","configuration":{}}]""",
            promoted["content"]!["policy_chain"]!.ToJsonString());
        var changes = await _app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes");
        Assert.Equal("/policy_chain/ip_check/configuration/ips", (string?)changes["changes"]![0]!["path"]);
        Assert.True((bool)(await _app.Admin.DoAsync("GET", workshop.Configs))["pending_changes"]!);
    }

    [Fact]
    public async Task A_shared_policy_is_there_as_long_as_a_chain_names_it()
    {
        await _app.Admin.DoAsync("POST", "/api/policies", Office);
        var workshop = await Workshop.OpenAsync(_app.Admin);
        await ChainAsync(workshop, """[{"name":"office","version":"custom"}]""");
        _clock.Ahead = TimeSpan.FromDays(1);
        using var inUse = await _app.Admin.SendAsync("DELETE", "/api/policies/office", ifMatch: "*");
        await inUse.ProblemAsync(409, "in_use");

        await ChainAsync(workshop, "[]");

        await _app.Admin.DoAsync("DELETE", "/api/policies/office", ifMatch: "*");
        using var unknown = await _app.Admin.SendAsync(
            "PUT",
            $"/api/products/{workshop.Product}/policies",
            """{"policies":[{"name":"websocket"},{"name":"office","version":"custom"}]}""",
            "*");
        Assert.Equal(["/policies/1/name unknown_policy"], (await unknown.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_note_without_its_chain_holds_a_shared_policy_no_longer_than_a_request_may_take()
    {
        await _app.Admin.DoAsync("POST", "/api/policies", Office);
        var workshop = await Workshop.OpenAsync(_app.Admin);
        var product = (await _app.Services.GetRequiredService<ProductsTable>().FindAsync(workshop.Product, default).Soon())!.Value;
        await _app.Services.GetRequiredService<SharedPoliciesTable>().NoteAsync("office", product, default).Soon();
        using var held = await _app.Admin.SendAsync("DELETE", "/api/policies/office", ifMatch: "*");
        await held.ProblemAsync(409, "in_use");

        _clock.Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1);

        await _app.Admin.DoAsync("DELETE", "/api/policies/office", ifMatch: "*");
    }

    [Fact]
    public async Task Two_names_for_one_builtin_policy_are_not_promoted()
    {
        await _app.Admin.DoAsync("POST", "/api/policies", Office);
        var workshop = await Workshop.OpenAsync(_app.Admin);
        await ChainAsync(workshop, """[{"name":"office","version":"custom"},{"name":"ip_check","configuration":{"check_type":"blacklist","ips":["10.0.0.1"]}}]""");

        using var refused = await _app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");

        Assert.Equal(["/policies/1/name duplicate_policy"], (await refused.ProblemAsync(422, "not_promotable")).Errors());
    }

    [Fact]
    public async Task Keys_in_a_configuration_are_shown_to_relays_alone_and_kept_when_left_out()
    {
        const string Secret = "the-key-of-the-guests";
        var workshop = await Workshop.OpenAsync(_app.Admin);
        var path = $"/api/products/{workshop.Product}/policies";
        const string Chain = """{"policies":[{"name":"default_credentials","configuration":{"auth_type":"user_key"KEY}}]}""";
        using var never = await _app.Admin.SendAsync("PUT", path, Chain.Replace("KEY", "", StringComparison.Ordinal), "*");
        Assert.Equal(["/policies/0/configuration/user_key required"], (await never.ProblemAsync(400, "invalid")).Errors());

        var answers = new List<JsonNode>
        {
            await _app.Admin.DoAsync("PUT", path, Chain.Replace("KEY", $",\"user_key\":\"{Secret}\"", StringComparison.Ordinal), "*"),
            await _app.Admin.DoAsync("GET", path),
            await _app.Admin.DoAsync("PUT", path, Chain.Replace("KEY", "", StringComparison.Ordinal), "*"),
            await _app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes"),
            await workshop.PromoteAsync("staging"),
            await _app.Admin.DoAsync("GET", workshop.Configs + "/staging"),
            await _app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/versions/1"),
        };

        Assert.All(answers, answer => Assert.DoesNotContain(Secret, answer.ToJsonString(), StringComparison.Ordinal));
        var index = await _app.Admin.DoAsync("GET", "/api/relay/configuration");
        var pointer = index["pointers"]!.AsArray().Single(p => (string?)p!["product"] == workshop.Product)!;
        var served = await _app.Admin.DoAsync("GET", $"/api/relay/configuration/{workshop.Product}/{pointer["generation"]}/1");
        Assert.Equal(Secret, (string?)served["policy_chain"]![0]!["configuration"]!["user_key"]);
    }

    private Task<JsonNode> ChainAsync(Workshop workshop, string policies) =>
        _app.Admin.DoAsync("PUT", $"/api/products/{workshop.Product}/policies", $$"""{"policies":{{policies}}}""", "*");
}
