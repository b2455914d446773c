using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Plans;

public sealed class DefaultPlanTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task An_application_that_names_no_plan_is_put_on_the_default()
    {
        var market = await Market.OpenAsync(app.Admin);
        using var without = await SellWithoutPlanAsync(market);
        Assert.Equal(["/plan required"], (await without.ProblemAsync(400, "invalid")).Errors());

        var made = await app.Admin.DoAsync("POST", Plan(market, "basic") + ":make-default");
        Assert.True((bool?)made["default"]);

        using var sold = await SellWithoutPlanAsync(market);
        Assert.Equal("basic", (string?)(await sold.JsonAsync())["plan"]);
    }

    [Fact]
    public async Task A_product_has_one_default_whoever_makes_which_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        string[] names = ["basic", "gold", "silver"];
        foreach (var name in names[1..])
        {
            await AddPlanAsync(market, name);
        }

        await Task.WhenAll(Enumerable.Range(0, 12).Select(n =>
            app.Admin.DoAsync("POST", Plan(market, names[n % 3]) + ":make-default"))).Soon();

        var listed = (await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans"))["items"]!.AsArray();
        var chosen = Assert.Single(listed, plan => (bool)plan!["default"]!)!;
        using var sold = await SellWithoutPlanAsync(market);
        Assert.Equal((string?)chosen["system_name"], (string?)(await sold.JsonAsync())["plan"]);
    }

    [Fact]
    public async Task The_default_is_kept_by_a_change_of_the_plan_and_goes_with_the_plan_or_when_it_is_cleared()
    {
        var market = await Market.OpenAsync(app.Admin);
        await AddPlanAsync(market, "gold");
        await app.Admin.DoAsync("POST", Plan(market, "gold") + ":make-default");

        var replaced = await app.Admin.DoAsync("PUT", Plan(market, "gold"), """{"name":"Golden","default":true}""", "*");
        Assert.True((bool?)replaced["default"]);
        using var refused = await app.Admin.SendAsync("PUT", Plan(market, "gold"), """{"name":"Golden","default":false}""", "*");
        Assert.Equal(["/default immutable"], (await refused.ProblemAsync(400, "invalid")).Errors());

        await app.Admin.DoAsync("DELETE", Plan(market, "gold"), ifMatch: "*");
        await AddPlanAsync(market, "gold");
        Assert.False((bool?)(await app.Admin.DoAsync("GET", Plan(market, "gold")))["default"]);
        await app.Admin.DoAsync("POST", Plan(market, "basic") + ":make-default");
        using var cleared = await app.Admin.SendAsync("POST", $"/api/products/{market.Product}/plans:clear-default");
        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        using var again = await app.Admin.SendAsync("POST", $"/api/products/{market.Product}/plans:clear-default");
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);

        Assert.False((bool?)(await app.Admin.DoAsync("GET", Plan(market, "basic")))["default"]);
        using var without = await SellWithoutPlanAsync(market);
        await without.ProblemAsync(400, "invalid");
    }

    [Fact]
    public async Task Making_a_plan_the_default_takes_a_condition()
    {
        var market = await Market.OpenAsync(app.Admin);
        using var read = await app.Admin.GetAsync(Plan(market, "basic")).Soon();
        var tag = read.Headers.ETag!.ToString();
        await app.Admin.DoAsync("PUT", Plan(market, "basic"), """{"name":"Other"}""", tag);

        using var stale = await app.Admin.SendAsync("POST", Plan(market, "basic") + ":make-default", ifMatch: tag);
        await stale.ProblemAsync(412, "etag_mismatch");
        using var unknown = await app.Admin.SendAsync("POST", Plan(market, "none") + ":make-default");
        await unknown.ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("\"cost_per_month\":-1", "/cost_per_month out_of_range")]
    [InlineData("\"cost_per_month\":0.00001", "/cost_per_month too_precise")]
    [InlineData("\"setup_fee\":1000000000.5", "/setup_fee out_of_range")]
    [InlineData("\"setup_fee\":\"1\"", "/setup_fee wrong_type")]
    [InlineData("\"setup_fee\":1e400", "/setup_fee wrong_type")]
    [InlineData("\"trial_period_days\":-1", "/trial_period_days out_of_range")]
    [InlineData("\"trial_period_days\":1.5", "/trial_period_days wrong_type")]
    [InlineData("\"default\":true,\"customizes\":\"x\",\"customized_for\":\"y\"", "/default immutable", "/customizes immutable", "/customized_for immutable")]
    public async Task Terms_that_cannot_be_are_refused_by_member(string members, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync(
            "POST",
            $"/api/products/{market.Product}/plans",
            $$"""{"system_name":"x","name":"X",{{members}}}""");

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Amounts_are_kept_to_the_last_decimal()
    {
        var market = await Market.OpenAsync(app.Admin);

        await AddPlanAsync(market, "gold", ",\"cost_per_month\":99.9900,\"setup_fee\":0.0001,\"trial_period_days\":14,\"approval_required\":true");

        var read = await app.Admin.DoAsync("GET", Plan(market, "gold"));
        Assert.Equal(
            """
            {"system_name":"gold","name":"gold","state":"published","approval_required":true,"default":false,
            "cost_per_month":99.99,"setup_fee":0.0001,"trial_period_days":14}
            """.ReplaceLineEndings(""),
            read.ToJsonString());
    }

    private Task<JsonNode> AddPlanAsync(Market market, string name, string members = "") => app.Admin.DoAsync(
        "POST",
        $"/api/products/{market.Product}/plans",
        $$"""{"system_name":"{{name}}","name":"{{name}}"{{members}}}""");

    private Task<HttpResponseMessage> SellWithoutPlanAsync(Market market) => app.Admin.SendAsync(
        "POST",
        $"/api/accounts/{market.Account}/applications",
        $$"""{"product":"{{market.Product}}","name":"N"}""");

    private static string Plan(Market market, string name) => $"/api/products/{market.Product}/plans/{name}";
}
