using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Applications;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

public sealed class CustomPlansTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_customized_plan_is_a_copy_for_one_application_alone()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 2);
        await app.Admin.DoAsync("POST", Plan(market, "basic") + "/pricing-rules", """{"metric":"hits","min":1,"cost_per_unit":1}""");
        await app.Admin.DoAsync("PUT", Plan(market, "basic"), """{"name":"Basic","cost_per_month":9.99}""", "*");
        var (one, two) = (await market.SellAsync(), await market.SellAsync());

        var customized = await app.Admin.DoAsync("POST", Address(one) + ":customize-plan");
        var name = (string)customized["plan"]!;
        var plan = await app.Admin.DoAsync("GET", Plan(market, name));

        Assert.Equal(
            ("Basic", "hidden", "basic", (string?)one["id"], 9.99m),
            ((string?)plan["name"], (string?)plan["state"], (string?)plan["customizes"], (string?)plan["customized_for"],
                (decimal?)plan["cost_per_month"]));
        Assert.Single((await app.Admin.DoAsync("GET", Plan(market, name) + "/pricing-rules"))["items"]!.AsArray());
        await app.Admin.DoAsync("PUT", Plan(market, name) + "/limits/hits.eternity", """{"value":5}""", "*");
        Assert.Equal("yes", await market.JudgeAsync((string)one["user_key"]!, """{"hits":5}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync((string)two["user_key"]!, """{"hits":5}"""));
        Assert.Equal(name, (string?)(await app.Admin.DoAsync("POST", Address(one) + ":customize-plan"))["plan"]);

        using var moved = await app.Admin.SendAsync("POST", Address(two) + ":change-plan", $$"""{"plan":"{{name}}"}""");
        Assert.Equal(["/plan custom_plan"], (await moved.ProblemAsync(400, "invalid")).Errors());
        using var sold = await app.Admin.SendAsync(
            "POST",
            $"/api/accounts/{market.Account}/applications",
            $$"""{"product":"{{market.Product}}","plan":"{{name}}","name":"N"}""");
        Assert.Equal(["/plan custom_plan"], (await sold.ProblemAsync(400, "invalid")).Errors());
        using var defaulted = await app.Admin.SendAsync("POST", Plan(market, name) + ":make-default");
        await defaulted.ProblemAsync(409, "custom_plan");
    }

    [Theory]
    [InlineData(":decustomize-plan", null)]
    [InlineData(":change-plan", """{"plan":"gold"}""")]
    [InlineData(null, null)]
    public async Task A_customized_plan_goes_when_its_application_leaves_it(string? action, string? body)
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"gold","name":"Gold"}""");
        var made = await market.SellAsync();
        var name = (string)(await app.Admin.DoAsync("POST", Address(made) + ":customize-plan"))["plan"]!;

        if (action is null)
        {
            await app.Admin.DoAsync("DELETE", Address(made), ifMatch: "*");
        }
        else
        {
            var left = await app.Admin.DoAsync("POST", Address(made) + action, body);
            Assert.Equal(body is null ? "basic" : "gold", (string?)left["plan"]);
            Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        }

        using var gone = await app.Admin.GetAsync(Plan(market, name)).Soon();
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task There_is_no_going_back_from_what_is_not_customized_nor_to_what_is_gone()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        using var never = await app.Admin.SendAsync("POST", Address(made) + ":decustomize-plan");
        await never.ProblemAsync(409, "not_customized");
        await app.Admin.DoAsync("POST", Address(made) + ":customize-plan");
        await app.Admin.DoAsync("DELETE", Plan(market, "basic"), ifMatch: "*");

        using var gone = await app.Admin.SendAsync("POST", Address(made) + ":decustomize-plan");
        await gone.ProblemAsync(409, "no_plan");
        using var stale = await app.Admin.SendAsync("POST", Address(made) + ":decustomize-plan", ifMatch: "\"x\"");
        await stale.ProblemAsync(412, "etag_mismatch");
        using var unknown = await app.Admin.SendAsync("POST", "/api/applications/none:customize-plan");
        await unknown.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_copy_that_was_made_for_nothing_is_listed_taken_by_who_asks_again_and_can_be_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var (one, two) = (await market.SellAsync(), await market.SellAsync());
        var names = new List<string>();
        foreach (var made in new[] { one, two })
        {
            names.Add(await BreakOffAsync(market, made));
        }

        var listed = (await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans"))["items"]!.AsArray();
        Assert.Equal(names.Append("basic").Order(StringComparer.Ordinal), listed.Select(plan => (string)plan!["system_name"]!).Order(StringComparer.Ordinal));
        Assert.Equal(names[0], (string?)(await app.Admin.DoAsync("POST", Address(one) + ":customize-plan"))["plan"]);
        await app.Admin.DoAsync("DELETE", Plan(market, names[1]), ifMatch: "*");
        Assert.Equal("yes", await market.JudgeAsync((string)two["user_key"]!));
    }

    [Fact]
    public async Task A_copy_that_was_made_for_nothing_has_the_terms_of_its_plan_when_it_is_taken()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "day", 1);
        await market.LimitAsync("hits", "week", 5);
        var made = await market.SellAsync();
        var name = await BreakOffAsync(market, made);
        await app.Admin.DoAsync("PUT", Plan(market, "basic") + "/limits/hits.day", """{"value":2}""", "*");
        await app.Admin.DoAsync("DELETE", Plan(market, "basic") + "/limits/hits.week", ifMatch: "*");
        await market.LimitAsync("hits", "month", 9);
        await app.Admin.DoAsync("PUT", Plan(market, "basic"), """{"name":"Basic","cost_per_month":7}""", "*");

        Assert.Equal(name, (string?)(await app.Admin.DoAsync("POST", Address(made) + ":customize-plan"))["plan"]);

        Assert.Equal(7m, (decimal?)(await app.Admin.DoAsync("GET", Plan(market, name)))["cost_per_month"]);
        var limits = (await app.Admin.DoAsync("GET", Plan(market, name) + "/limits"))["items"]!.AsArray();
        Assert.Equal([("day", 2L), ("month", 9L)], limits.Select(limit => ((string)limit!["period"]!, (long)limit["value"]!)));
        Assert.Equal("limits_exceeded", await market.JudgeAsync((string)made["user_key"]!, """{"hits":3}"""));
    }

    // As if the process had ended after the first write.
    private async Task<string> BreakOffAsync(Market market, JsonNode made)
    {
        var product = (await app.Services.GetRequiredService<ProductsTable>().FindAsync(market.Product, default).Soon())!.Value;
        var source = (await app.Services.GetRequiredService<PlansTable>().FindAsync(product, "basic", default).Soon())!.Value;
        var application = (await app.Services.GetRequiredService<ApplicationsTable>()
            .FindAsync((string)made["id"]!, default).Soon())!;
        var name = CustomPlans.NameOf("basic", application.Value.Id, application.Generation);
        await app.Services.GetRequiredService<CustomPlans>().CopyAsync(
            product,
            source,
            name,
            application.Value.Id,
            application.Generation,
            default).Soon();
        return name;
    }

    private static string Address(JsonNode made) => $"/api/applications/{made["id"]}";

    private static string Plan(Market market, string name) => $"/api/products/{market.Product}/plans/{name}";
}
