using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Plans;

public sealed class MaxConnectionsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("null", null)]
    public async Task A_plan_says_how_many_tunnels_an_application_may_have_open(string said, int? kept)
    {
        var market = await Market.OpenAsync(app.Admin);
        var plan = $"/api/products/{market.Product}/plans/basic";

        var replaced = await app.Admin.DoAsync("PUT", plan, $$"""{"name":"B","max_connections":{{said}}}""", "*");

        Assert.Equal(kept, (int?)replaced["max_connections"]);
        Assert.Equal(kept, (int?)(await app.Admin.DoAsync("GET", plan))["max_connections"]);
        var made = await market.SellAsync();
        Assert.Equal(kept, (int?)(await market.AuthorizeAsync((string)made["user_key"]!))["max_connections"]);
        var custom = (string?)(await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:customize-plan"))["plan"];
        Assert.Equal(kept, (int?)(await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans/{custom}"))["max_connections"]);
        Assert.Equal(kept, (int?)(await market.AuthorizeAsync((string)made["user_key"]!))["max_connections"]);

        var without = await app.Admin.DoAsync("PUT", plan, """{"name":"B"}""", "*");
        Assert.Null(without["max_connections"]);
    }

    [Theory]
    [InlineData("-1", "/max_connections out_of_range")]
    [InlineData("1000001", "/max_connections out_of_range")]
    [InlineData("1.5", "/max_connections wrong_type")]
    public async Task Any_other_number_is_refused(string said, string error)
    {
        var market = await Market.OpenAsync(app.Admin);

        using var response = await app.Admin.SendAsync(
            "PUT",
            $"/api/products/{market.Product}/plans/basic",
            $$"""{"name":"B","max_connections":{{said}}}""",
            "*");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }
}
