using System.Net;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Plans;

public sealed class PlansTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_plan_is_made_read_replaced_and_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var plans = $"/api/products/{market.Product}/plans";

        using var created = await app.Admin.SendAsync("POST", plans, """{"system_name":"gold","name":"Gold","state":"hidden"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(plans + "/gold", created.Headers.Location?.ToString());
        Assert.Equal(
            """
            {"system_name":"gold","name":"Gold","state":"hidden","approval_required":false,"default":false,
            "cost_per_month":0,"setup_fee":0,"trial_period_days":0}
            """.ReplaceLineEndings(""),
            (await app.Admin.DoAsync("GET", plans + "/gold")).ToJsonString());

        var tag = created.Headers.ETag!.ToString();
        using var replaced = await app.Admin.SendAsync("PUT", plans + "/gold", """{"name":"Golden"}""", tag);
        Assert.Equal("published", (string?)(await replaced.JsonAsync())["state"]);
        using var late = await app.Admin.SendAsync("PUT", plans + "/gold", """{"name":"Late"}""", tag);
        await late.ProblemAsync(412, "etag_mismatch");

        var listed = await app.Admin.DoAsync("GET", plans);
        Assert.Equal(["basic", "gold"], listed["items"]!.AsArray().Select(item => (string)item!["system_name"]!));

        using var deleted = await app.Admin.SendAsync("DELETE", plans + "/gold", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Admin.GetAsync(plans + "/gold").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_plan_with_an_application_on_it_is_not_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var application = await market.SellAsync();
        var plan = $"/api/products/{market.Product}/plans/{Market.Plan}";

        using var refused = await app.Admin.SendAsync("DELETE", plan, ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");
        await app.Admin.DoAsync("DELETE", $"/api/applications/{application["id"]}", ifMatch: "*");

        await app.Admin.DoAsync("DELETE", plan, ifMatch: "*");
    }

    [Fact]
    public async Task The_limits_of_a_plan_go_with_it()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "minute", 5);
        await market.LimitAsync("hits", "day", 50);

        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/plans/{Market.Plan}", ifMatch: "*");
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"basic","name":"Basic"}""");

        var limits = await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans/{Market.Plan}/limits");
        Assert.Empty(limits["items"]!.AsArray());
    }

    [Fact]
    public async Task Of_a_plans_deletion_and_an_applications_creation_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var market = await Market.OpenAsync(app.Admin);
            var plan = $"/api/products/{market.Product}/plans/{Market.Plan}";

            var sale = market.TrySellAsync();
            var deletion = app.Admin.SendAsync("DELETE", plan, ifMatch: "*");
            await Task.WhenAll(sale, deletion).Soon();

            using var sold = await sale;
            using var deleted = await deletion;
            Assert.NotEqual(sold.StatusCode == HttpStatusCode.Created, deleted.StatusCode == HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task A_plan_of_an_unknown_product_is_not_found()
    {
        using var created = await app.Admin.SendAsync("POST", "/api/products/none/plans", """{"system_name":"x","name":"X"}""");

        Assert.Equal("There is no product 'none'.", (string?)(await created.ProblemAsync(404, "not_found"))["detail"]);
    }
}
