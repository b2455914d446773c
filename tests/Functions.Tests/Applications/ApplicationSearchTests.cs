using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Applications;

public sealed class ApplicationSearchTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task An_application_is_found_by_what_it_proves_itself_with()
    {
        var (market, other) = (await Market.OpenAsync(app.Admin), await Market.OpenAsync(app.Admin));
        var made = await market.SellAsync("\"app_id\":\"my.app\",\"client_id\":\"my-client\"");
        string[] known = [$"\"user_key\":\"{made["user_key"]}\"", "\"app_id\":\"my.app\"", "\"client_id\":\"my-client\""];

        foreach (var member in known)
        {
            var found = await app.Admin.DoAsync("POST", "/api/applications:find", $$"""{"product":"{{market.Product}}",{{member}}}""");
            Assert.Equal((string?)made["id"], (string?)found["id"]);
            Assert.Null(found["user_key"]);
            await RefuseAsync($$"""{"product":"{{other.Product}}",{{member}}}""");
        }

        foreach (var unknown in new[] { "\"user_key\":\"short\"", "\"app_id\":\"my-client\"", "\"client_id\":\"my.app\"", "\"client_id\":\"\"" })
        {
            await RefuseAsync($$"""{"product":"{{market.Product}}",{{unknown}}}""");
        }

        await app.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        foreach (var member in known)
        {
            await RefuseAsync($$"""{"product":"{{market.Product}}",{{member}}}""");
        }

        async Task RefuseAsync(string json)
        {
            using var refused = await app.Admin.SendAsync("POST", "/api/applications:find", json);
            var problem = await refused.ProblemAsync(404, "not_found");
            Assert.DoesNotContain("my", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}", "/product required", "/user_key required")]
    [InlineData("""{"product":"p","user_key":"k","app_id":"a"}""", " second_credential")]
    public async Task A_search_for_nothing_or_for_two_things_is_refused(string json, params string[] errors)
    {
        using var refused = await app.Admin.SendAsync("POST", "/api/applications:find", json);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Applications_are_listed_by_product_plan_account_and_state()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"gold","name":"Gold"}""");
        var (one, two, three) = (await market.SellAsync(), await market.SellAsync(), await market.SellAsync());
        await app.Admin.DoAsync("POST", $"/api/applications/{two["id"]}:change-plan", """{"plan":"gold"}""");
        await app.Admin.DoAsync("POST", $"/api/applications/{three["id"]}:suspend");
        var elsewhere = await (await Market.OpenAsync(app.Admin)).SellAsync();

        Assert.Equal(Ids(one, two, three), await ListAsync($"product={market.Product}"));
        Assert.Equal(Ids(two), await ListAsync($"product={market.Product}&plan=gold"));
        Assert.Equal(Ids(three), await ListAsync($"product={market.Product}&state=suspended"));
        Assert.Equal(Ids(one, two), await ListAsync($"account={market.Account}&state=live"));
        Assert.Equal(Ids(one), await ListAsync($"account={market.Account}&product={market.Product}&plan=basic&state=live"));
        Assert.Empty(await ListAsync($"account={market.Account}&product={elsewhere["product"]}"));
        Assert.Empty(await ListAsync($"product={market.Product}&state=pending"));
    }

    [Theory]
    [InlineData("", 400, "filter_needed")]
    [InlineData("?state=live", 400, "filter_needed")]
    [InlineData("?account=a&plan=p", 400, "filter_needed")]
    [InlineData("?product=none&state=Live", 400, "invalid_filter")]
    [InlineData("?product=none", 404, "not_found")]
    [InlineData("?account=none", 404, "not_found")]
    [InlineData("?account=none&limit=0", 400, "invalid_limit")]
    public async Task A_list_of_everything_or_of_what_is_not_there_is_refused(string query, int status, string code)
    {
        using var refused = await app.Admin.SendAsync("GET", "/api/applications" + query);

        await refused.ProblemAsync(status, code);
    }

    private async Task<IEnumerable<string>> ListAsync(string query)
    {
        var listed = await app.Admin.DoAsync("GET", "/api/applications?" + query);
        return listed["items"]!.AsArray().Select(item => (string)item!["id"]!).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Ids(params JsonNode[] applications) =>
        applications.Select(application => (string)application["id"]!).Order(StringComparer.Ordinal);
}
