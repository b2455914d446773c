using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Authorization;

public sealed class AuthorizeTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_live_key_is_let_in_with_an_answer_that_may_be_reused()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();

        var answer = await market.AuthorizeAsync((string)made["user_key"]!);

        Assert.Equal(
            $$"""{"authorized":true,"application":"{{made["id"]}}","key":"{{answer["key"]}}","plan":"basic","cache_seconds":10}""",
            answer.ToJsonString());
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("short")]
    [InlineData("")]
    [InlineData("not a key / at all, because of its characters")]
    public async Task A_key_that_nobody_has_is_invalid(string key)
    {
        var market = await Market.OpenAsync(app.Admin);

        var answer = await market.AuthorizeAsync(key);

        Assert.Equal(
            """{"authorized":false,"reason":"user_key_invalid","cache_seconds":10}""",
            answer.ToJsonString());
    }

    [Fact]
    public async Task A_key_of_another_product_is_told_from_an_invalid_one_without_telling_whose_it_is()
    {
        var market = await Market.OpenAsync(app.Admin);
        var other = await Market.OpenAsync(app.Admin);
        var made = await other.SellAsync();

        var answer = await market.AuthorizeAsync((string)made["user_key"]!);

        Assert.Equal(
            """{"authorized":false,"reason":"user_key_of_another_product","cache_seconds":10}""",
            answer.ToJsonString());
        await app.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        Assert.Equal("user_key_invalid", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task The_same_key_in_two_products_is_of_two_applications()
    {
        var (one, two) = (await Market.OpenAsync(app.Admin), await Market.OpenAsync(app.Admin));
        var first = await one.SellAsync();
        var second = await two.SellAsync($"\"user_key\":\"{first["user_key"]}\"");

        Assert.Equal((string?)first["id"], (string?)(await one.AuthorizeAsync((string)first["user_key"]!))["application"]);
        Assert.Equal((string?)second["id"], (string?)(await two.AuthorizeAsync((string)first["user_key"]!))["application"]);
    }

    [Fact]
    public async Task Nothing_of_a_deleted_product_is_let_in_not_even_when_there_is_one_of_its_name_again()
    {
        await using var own = await FunctionsApp.StartAsync(new Dictionary<string, string?> { ["Authorization:CacheSeconds"] = "0" });
        var market = await Market.OpenAsync(own.Admin);
        var key = (string)(await market.SellAsync())["user_key"]!;
        Assert.Equal("yes", await market.JudgeAsync(key));

        await own.Admin.DoAsync("DELETE", $"/api/products/{market.Product}", ifMatch: "*");
        Assert.Equal("product_not_found", await market.JudgeAsync(key));

        await own.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{market.Product}}","name":"Again"}""");
        Assert.Equal("user_key_invalid", await market.JudgeAsync(key));
        await own.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"basic","name":"Basic"}""");
        var second = await market.SellAsync($"\"user_key\":\"{key}\"");
        Assert.Equal((string?)second["id"], (string?)(await market.AuthorizeAsync(key))["application"]);
    }

    [Fact]
    public async Task A_product_or_plan_newer_than_what_is_remembered_is_seen_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        var first = await market.SellAsync();
        Assert.Equal("yes", await market.JudgeAsync((string)first["user_key"]!));

        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"new","name":"New"}""");
        var second = await app.Admin.DoAsync(
            "POST",
            $"/api/accounts/{market.Account}/applications",
            $$"""{"product":"{{market.Product}}","plan":"new","name":"N"}""");
        Assert.Equal("yes", await market.JudgeAsync((string)second["user_key"]!));

        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}", ifMatch: "*");
        await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{market.Product}}","name":"Again"}""");
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"basic","name":"Basic"}""");
        var third = await market.SellAsync();
        Assert.Equal("yes", await market.JudgeAsync((string)third["user_key"]!));
        Assert.Equal("user_key_invalid", await market.JudgeAsync((string)first["user_key"]!));
    }

    [Fact]
    public async Task Only_relays_may_ask()
    {
        var token = (string)(await app.Admin.DoAsync(
            "POST",
            "/api/access-tokens",
            """{"name":"relay","scopes":["relay"]}"""))["token"]!;
        var reader = (string)(await app.Admin.DoAsync(
            "POST",
            "/api/access-tokens",
            """{"name":"manager","scopes":["manage"]}"""))["token"]!;
        using var relay = app.With(token);
        using var manager = app.With(reader);
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();

        Assert.True((bool?)(await market.AuthorizeAsync((string)made["user_key"]!, client: relay))["authorized"]);
        using var anonymous = await app.Anonymous.SendAsync("POST", "/api/relay/authorize", "{}");
        await anonymous.ProblemAsync(401, "unauthenticated");
        using var forbidden = await manager.SendAsync("POST", "/api/relay/authorize", "{}");
        await forbidden.ProblemAsync(403, "forbidden");
        using var relayElsewhere = await relay.GetAsync("/api/accounts").Soon();
        await relayElsewhere.ProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("{}", "/product required", "/user_key required")]
    [InlineData("""{"product":1,"user_key":[],"usage":{"hits":"1"}}""", "/product wrong_type", "/user_key wrong_type", "/usage/hits wrong_type")]
    [InlineData("""{"product":"p","user_key":"k","usage":{"hits":-1}}""", "/usage/hits out_of_range")]
    [InlineData("""{"product":"p","user_key":"k","usage":{"hits":1.5}}""", "/usage/hits wrong_type")]
    [InlineData("""{"product":"p","user_key":"k","usage":{"hits":1,"hits":2}}""", "/usage/hits duplicate_member")]
    [InlineData("""{"product":"p","user_key":"k","usage":3}""", "/usage wrong_type")]
    [InlineData("""{"product":"p","app_id":"a"}""", "/app_key required")]
    [InlineData("""{"product":"p","app_key":"a"}""", "/app_id required")]
    [InlineData("""{"product":"p","user_key":"k","app_id":"a"}""", "/app_key required", "/app_id second_credential")]
    [InlineData("""{"product":"p","user_key":"k","client_id":"c"}""", "/client_id second_credential")]
    [InlineData("""{"product":"p","app_id":"a","app_key":"k","client_id":"c"}""", "/client_id second_credential")]
    [InlineData("""{"product":"p","ticket":"t"}""", "/path required")]
    [InlineData("""{"product":"p","ticket":"t","path":"/","user_key":"k"}""", "/ticket second_credential")]
    [InlineData("""{"product":"p","ticket":"t","path":"/","client_id":"c"}""", "/ticket second_credential")]
    [InlineData("""{"product":"p","ticket":"t","path":"/","app_id":"a","app_key":"k"}""", "/ticket second_credential")]
    public async Task A_question_that_makes_no_sense_is_refused_by_member(string json, params string[] errors)
    {
        using var answer = await app.Admin.SendAsync("POST", "/api/relay/authorize", json);

        Assert.Equal(errors, (await answer.ProblemAsync(400, "invalid")).Errors());
    }
}
