using System.Net;
using Serverless.Functions.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

public sealed class ReferrerFiltersTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private const string Required = "\"referrer_filters_required\":true";

    [Theory]
    [InlineData("shop.example", "shop.example", true)]
    [InlineData("shop.example", "SHOP.example", true)]
    [InlineData("shop.example", "www.shop.example", false)]
    [InlineData("shop.example", "shop-example", false)]
    [InlineData("*.shop.example", "a.b.shop.example", true)]
    [InlineData("*.shop.example", "shop.example", false)]
    [InlineData("*.shop.example", "shop.example.evil.example", false)]
    [InlineData("shop.*", "shop.example", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*", null, false)]
    [InlineData("a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false)]
    public void A_pattern_is_held_against_the_whole_host(string pattern, string? referrer, bool allowed) =>
        Assert.Equal(allowed, ReferrerFilters.Allow([pattern], referrer));

    [Fact]
    public async Task Filters_are_added_listed_and_deleted_and_count_at_once()
    {
        var market = await Market.OpenAsync(app.Admin, Required);
        var made = await market.SellAsync();
        var filters = $"/api/applications/{made["id"]}/referrer-filters";
        var key = (string)made["user_key"]!;
        Assert.Equal("yes", await market.JudgeAsync(key));

        using var created = await app.Admin.SendAsync("POST", filters, """{"value":"*.shop.example"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var filter = await created.JsonAsync();
        Assert.Equal($"{filters}/{filter["id"]}", created.Headers.Location?.ToString());
        Assert.Equal("referrer_not_allowed", await market.JudgeAsync(key));
        Assert.Equal("referrer_not_allowed", await market.JudgeMembersAsync($"\"user_key\":\"{key}\",\"referrer\":\"evil.example\""));
        Assert.Equal("yes", await market.JudgeMembersAsync($"\"user_key\":\"{key}\",\"referrer\":\"www.shop.example\""));
        var second = (string)(await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}/keys", "{}"))["user_key"]!;
        Assert.Equal("referrer_not_allowed", await market.JudgeAsync(second));
        Assert.Equal(
            "*.shop.example",
            (string?)(await app.Admin.DoAsync("GET", filters))["items"]!.AsArray().Single()!["value"]);

        await app.Admin.DoAsync("DELETE", $"{filters}/{filter["id"]}");
        Assert.Equal("yes", await market.JudgeAsync(key));
        using var again = await app.Admin.SendAsync("DELETE", $"{filters}/{filter["id"]}");
        await again.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task An_answer_that_depends_on_the_page_is_not_to_be_reused()
    {
        var market = await Market.OpenAsync(app.Admin, Required);
        var made = await market.SellAsync();
        var body = $$"""{"product":"{{market.Product}}","user_key":"{{made["user_key"]}}","referrer":"shop.example"}""";
        Assert.Equal(10, (int?)(await app.Admin.DoAsync("POST", "/api/relay/authorize", body))["cache_seconds"]);
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}/referrer-filters", """{"value":"shop.example"}""");

        var let = await app.Admin.DoAsync("POST", "/api/relay/authorize", body);
        var refused = await market.AuthorizeAsync((string)made["user_key"]!);

        Assert.Equal((true, 0), ((bool?)let["authorized"], (int?)let["cache_seconds"]));
        Assert.Equal((false, 0), ((bool?)refused["authorized"], (int?)refused["cache_seconds"]));
    }

    [Fact]
    public async Task Filters_bind_nobody_while_the_product_does_not_ask_for_them()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();

        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}/referrer-filters", """{"value":"shop.example"}""");

        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task Five_at_most_and_none_twice_however_many_are_added_at_once()
    {
        var market = await Market.OpenAsync(app.Admin, Required);
        var made = await market.SellAsync();
        var filters = $"/api/applications/{made["id"]}/referrer-filters";
        await app.Admin.DoAsync("POST", filters, """{"value":"h0.example"}""");

        using var twice = await app.Admin.SendAsync("POST", filters, """{"value":"h0.example"}""");
        await twice.ProblemAsync(409, "already_exists");
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(n =>
            app.Admin.SendAsync("POST", filters, $$"""{"value":"h{{n}}.example"}"""))).Soon();

        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "too_many_referrer_filters");
        }

        Assert.Equal(5, (await app.Admin.DoAsync("GET", filters))["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("{}", "/value required")]
    [InlineData("""{"value":""}""", "/value invalid_referrer_filter")]
    [InlineData("""{"value":"http://x"}""", "/value invalid_referrer_filter")]
    [InlineData("""{"value":"a b"}""", "/value invalid_referrer_filter")]
    public async Task What_cannot_be_a_filter_is_refused(string json, string error)
    {
        using var refused = await app.Admin.SendAsync("POST", "/api/applications/any/referrer-filters", json);

        Assert.Equal([error], (await refused.ProblemAsync(400, "invalid")).Errors());
    }
}
