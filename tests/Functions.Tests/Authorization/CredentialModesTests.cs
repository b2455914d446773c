using System.Net;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Authorization;

/// <summary>The three things that an application may prove itself with.</summary>
public sealed class CredentialModesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private const string ByAppId = "\"credentials\":{\"mode\":\"app_id\"}";
    private const string ByToken = "\"credentials\":{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://id.example/realm\"}}";

    [Fact]
    public async Task An_app_id_is_let_in_with_each_of_its_keys_and_with_no_other()
    {
        var market = await Market.OpenAsync(app.Admin, ByAppId);
        var made = await market.SellAsync("\"app_id\":\"my+app/1\",\"app_key\":\"k#y!5\"");
        var keys = $"/api/applications/{made["id"]}/keys";
        Assert.Equal(("my+app/1", "k#y!5", null), ((string?)made["app_id"], (string?)made["app_key"], (string?)made["user_key"]));

        var second = await app.Admin.DoAsync("POST", keys, "{}");

        Assert.Equal("app_key", (string?)second["kind"]);
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair("my+app/1", "k#y!5")));
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair("my+app/1", (string)second["app_key"]!)));
        Assert.Equal("application_key_invalid", await market.JudgeMembersAsync(Pair("my+app/1", "k#y!6")));
        Assert.Equal("application_key_invalid", await market.JudgeMembersAsync(Pair("my+app/1", "")));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync(Pair("my+app/2", "k#y!5")));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync(Pair("no app", "k#y!5")));
        var listed = (await app.Admin.DoAsync("GET", keys))["items"]!.AsArray();
        Assert.Equal(2, listed.Count);
        Assert.All(listed, key => Assert.Equal((null, "app_key"), ((string?)key!["app_key"], (string?)key["kind"])));

        var first = listed.Single(key => (string?)key!["id"] != (string?)second["id"])!;
        await app.Admin.DoAsync("DELETE", $"{keys}/{first["id"]}");
        Assert.Equal("application_key_invalid", await market.JudgeMembersAsync(Pair("my+app/1", "k#y!5")));
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair("my+app/1", (string)second["app_key"]!)));
        await app.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        Assert.Equal("application_not_found", await market.JudgeMembersAsync(Pair("my+app/1", (string)second["app_key"]!)));
    }

    [Fact]
    public async Task Five_keys_at_most_and_the_same_key_may_be_of_two_applications()
    {
        var market = await Market.OpenAsync(app.Admin, ByAppId);
        var one = await market.SellAsync("\"app_key\":\"shared\"");
        var two = await market.SellAsync("\"app_key\":\"shared\"");

        Assert.Equal("yes", await market.JudgeMembersAsync(Pair((string)one["app_id"]!, "shared")));
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair((string)two["app_id"]!, "shared")));
        var keys = $"/api/applications/{one["id"]}/keys";
        using var twice = await app.Admin.SendAsync("POST", keys, """{"app_key":"shared"}""");
        await twice.ProblemAsync(409, "already_exists");
        for (var i = 0; i < 4; i++)
        {
            await app.Admin.DoAsync("POST", keys, "{}");
        }

        using var sixth = await app.Admin.SendAsync("POST", keys, "{}");
        await sixth.ProblemAsync(409, "too_many_keys");
    }

    [Fact]
    public async Task An_application_known_by_its_tokens_has_no_key()
    {
        var market = await Market.OpenAsync(app.Admin, ByToken);
        var made = await market.SellAsync("\"client_id\":\"https://client.example/1\"");
        var other = await market.SellAsync();

        Assert.Null(made["user_key"] ?? made["app_key"]);
        Assert.Equal((string?)other["id"], (string?)other["client_id"]);
        Assert.Equal("yes", await market.JudgeMembersAsync("\"client_id\":\"https://client.example/1\""));
        Assert.Equal("yes", await market.JudgeMembersAsync($"\"client_id\":\"{other["id"]}\""));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync($"\"client_id\":\"{made["id"]}\""));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync("\"client_id\":\"\""));
        using var key = await app.Admin.SendAsync("POST", $"/api/applications/{made["id"]}/keys", "{}");
        await key.ProblemAsync(409, "no_keys_in_mode");
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/applications/{made["id"]}/keys"))["items"]!.AsArray());
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:suspend");
        Assert.Equal("application_not_active", await market.JudgeMembersAsync("\"client_id\":\"https://client.example/1\""));
    }

    [Theory]
    [InlineData(ByAppId, "\"user_key\":\"0123456789abcdef\"", "/user_key not_in_mode")]
    [InlineData(ByToken, "\"app_key\":\"12345\"", "/app_key not_in_mode")]
    [InlineData("\"description\":\"by user key\"", "\"app_key\":\"12345\"", "/app_key not_in_mode")]
    [InlineData(ByAppId, "\"app_id\":\"abc\",\"app_key\":\"1234\",\"client_id\":\"\"", "/app_id invalid_app_id", "/client_id invalid_client_id", "/app_key invalid_app_key")]
    [InlineData(ByAppId, "\"app_id\":\"with space\",\"redirect_url\":\"/no\"", "/app_id invalid_app_id", "/redirect_url invalid_url")]
    public async Task What_does_not_fit_the_product_is_refused_by_member(string product, string members, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin, product);

        using var refused = await market.TrySellAsync(members);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Names_are_unique_in_a_product_and_free_again_when_the_application_is_gone()
    {
        var (market, other) = (await Market.OpenAsync(app.Admin, ByAppId), await Market.OpenAsync(app.Admin, ByAppId));
        var made = await market.SellAsync("\"app_id\":\"taken\",\"client_id\":\"also\"");

        using var sameApp = await market.TrySellAsync("\"id\":\"lost\",\"app_id\":\"taken\"");
        Assert.Contains("app_id", (string?)(await sameApp.ProblemAsync(409, "already_exists"))["detail"], StringComparison.Ordinal);
        using var sameClient = await market.TrySellAsync("\"id\":\"lost\",\"client_id\":\"also\"");
        Assert.Contains("client_id", (string?)(await sameClient.ProblemAsync(409, "already_exists"))["detail"], StringComparison.Ordinal);
        using var lost = await app.Admin.GetAsync("/api/applications/lost").Soon();
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        await other.SellAsync("\"app_id\":\"taken\",\"client_id\":\"also\"");

        await app.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        await market.SellAsync("\"app_id\":\"taken\",\"client_id\":\"also\"");
    }

    [Fact]
    public async Task Of_many_who_want_the_same_app_id_at_once_one_gets_it_and_the_others_leave_nothing()
    {
        var market = await Market.OpenAsync(app.Admin, ByAppId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => market.TrySellAsync("\"app_id\":\"wanted\""))).Soon();

        Assert.Equal(
            [HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 7)],
            answers.Select(answer => answer.StatusCode).Order());
        var winner = await answers.Single(answer => answer.StatusCode == HttpStatusCode.Created).JsonAsync();
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair("wanted", (string)winner["app_key"]!)));
        var listed = await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications");
        Assert.Equal([(string)winner["id"]!], listed["items"]!.AsArray().Select(item => (string)item!["id"]!));
    }

    [Fact]
    public async Task A_product_that_changes_its_mode_keeps_the_credentials_there_are()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        await app.Admin.DoAsync(
            "PUT",
            $"/api/products/{market.Product}",
            $$"""{"name":"Product",{{ByAppId}}}""",
            "*");

        var key = await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}/keys", "{}");

        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        Assert.Equal("yes", await market.JudgeMembersAsync(Pair((string)made["app_id"]!, (string)key["app_key"]!)));
        var listed = (await app.Admin.DoAsync("GET", $"/api/applications/{made["id"]}/keys"))["items"]!.AsArray();
        Assert.Equal(["user_key", "app_key"], listed.Select(item => (string)item!["kind"]!));
    }

    [Fact]
    public async Task Nothing_of_a_deleted_product_is_let_in_when_there_is_one_of_its_name_again()
    {
        await using var own = await FunctionsApp.StartAsync(new Dictionary<string, string?> { ["Authorization:CacheSeconds"] = "0" });
        var market = await Market.OpenAsync(own.Admin, ByAppId);
        var made = await market.SellAsync("\"app_id\":\"mine\"");
        await own.Admin.DoAsync("DELETE", $"/api/products/{market.Product}", ifMatch: "*");
        await own.Admin.DoAsync(
            "POST",
            "/api/products",
            $$"""{"system_name":"{{market.Product}}","name":"Again",{{ByAppId}}}""");

        Assert.Equal("application_not_found", await market.JudgeMembersAsync(Pair("mine", (string)made["app_key"]!)));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync(Pair("mine", "other")));
        Assert.Equal("application_not_found", await market.JudgeMembersAsync("\"client_id\":\"mine\""));
    }

    private static string Pair(string appId, string appKey) => $"\"app_id\":\"{appId}\",\"app_key\":\"{appKey}\"";
}
