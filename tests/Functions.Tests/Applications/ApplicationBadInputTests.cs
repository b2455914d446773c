using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Applications;

/// <summary>What is wrong with the members of applications, keys, plans and limits, each by its name.</summary>
public sealed class ApplicationBadInputTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Theory]
    [InlineData("{}", "/product required", "/name required")]
    [InlineData("""{"id":"No Slug","product":"No","plan":"","name":" "}""", "/id invalid_slug", "/product invalid_slug", "/plan invalid_slug", "/name empty")]
    [InlineData("""{"product":"p","plan":"p","name":"n","user_key":"short"}""", "/user_key invalid_user_key")]
    [InlineData("""{"product":"p","plan":"p","name":"n","user_key":"0123456789abcde/"}""", "/user_key invalid_user_key")]
    [InlineData("""{"product":"p","plan":"p","name":"n","user_key":"0123456789abcde\n"}""", "/user_key invalid_user_key")]
    [InlineData("""{"product":"p","plan":"p","name":"n","description":"a\u0001"}""", "/description control_character")]
    [InlineData("""{"product":"p","plan":"p","name":"n","state":"live","account":"a"}""", "/state unknown_member", "/account unknown_member")]
    public async Task An_application_that_cannot_be_is_refused_by_member(string json, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync("POST", $"/api/accounts/{market.Account}/applications", json);

        var code = errors.All(error => error.EndsWith(" unknown_member", StringComparison.Ordinal)) ? "unknown_member" : "invalid";
        Assert.Equal(errors, (await refused.ProblemAsync(400, code)).Errors());
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_repeated()
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await market.TrySellAsync("\"user_key\":\"secret but with spaces\"");

        Assert.DoesNotContain("secret", (await refused.ProblemAsync(400, "invalid")).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"n"}""", "/plan required")]
    [InlineData("""{"name":"n","plan":"basic","id":"other"}""", "/id immutable")]
    [InlineData("""{"name":"n","plan":"basic","account":"other","product":"other"}""", "/account immutable", "/product immutable")]
    [InlineData("""{"name":"n","plan":"basic","state":"suspended"}""", "/state immutable")]
    [InlineData("""{"name":"n","plan":"basic","state":"gone"}""", "/state wrong_type")]
    [InlineData("""{"name":"n","plan":"basic","created_at":"2020-01-01T00:00:00Z"}""", "/created_at immutable")]
    [InlineData("""{"name":"n","plan":"none"}""", "/plan unknown_plan")]
    public async Task What_cannot_be_replaced_is_named(string json, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();

        using var refused = await app.Admin.SendAsync("PUT", $"/api/applications/{made["id"]}", json, "*");

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("{}", "/metric required", "/period required", "/value required")]
    [InlineData("""{"metric":"hits","period":"fortnight","value":-1}""", "/period unknown_period", "/value out_of_range")]
    [InlineData("""{"metric":"hits","period":"Day","value":1}""", "/period unknown_period")]
    [InlineData("""{"metric":"hits","period":"day","value":9223372036854775808}""", "/value wrong_type")]
    [InlineData("""{"metric":"hits","period":"day","value":1.5}""", "/value wrong_type")]
    [InlineData("""{"metric":"hits","period":"day","value":1,"id":"mine"}""", "/id immutable")]
    public async Task A_limit_that_cannot_be_is_refused_by_member(string json, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync("POST", $"/api/products/{market.Product}/plans/basic/limits", json);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("""{"value":1,"metric":"other"}""", "/metric immutable")]
    [InlineData("""{"value":1,"period":"day","id":"hits.day"}""", "/id immutable", "/period immutable")]
    public async Task What_a_limit_is_on_cannot_change(string json, params string[] errors)
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "week", 5);

        using var refused = await app.Admin.SendAsync("PUT", $"/api/products/{market.Product}/plans/basic/limits/hits.week", json, "*");

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_plan_is_hidden_or_published()
    {
        var market = await Market.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync(
            "POST",
            $"/api/products/{market.Product}/plans",
            """{"system_name":"x","name":"X","state":"live"}""");

        Assert.Equal(["/state unknown_state"], (await refused.ProblemAsync(400, "invalid")).Errors());
    }
}
