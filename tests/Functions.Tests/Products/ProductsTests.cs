using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Products;

public sealed class ProductsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_product_is_made_read_replaced_and_deleted()
    {
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            """
            {"system_name":"chat","name":"Chat","description":"d","staging_public_base_url":"https://staging.example",
             "production_public_base_url":"https://chat.example:8443/base","credentials":{"location":"headers","user_key_name":"X-Key"}}
            """);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/products/chat", created.Headers.Location?.ToString());

        using var read = await app.Admin.GetAsync("/api/products/chat").Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        Assert.Equal(
            """
            {"system_name":"chat","name":"Chat","description":"d","staging_public_base_url":"https://staging.example",
            "production_public_base_url":"https://chat.example:8443/base",
            "credentials":{"mode":"user_key","location":"headers","user_key_name":"X-Key","app_id_name":"app_id","app_key_name":"app_key","subprotocol":false},
            "referrer_filters_required":false,"close_refusals":false,"secret_token_set":false}
            """.ReplaceLineEndings(""),
            await read.Content.ReadAsStringAsync().Soon());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/products/chat",
            """{"system_name":"chat","name":"Talk","credentials":{"location":null}}""",
            created.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal(
            """
            {"system_name":"chat","name":"Talk",
            "credentials":{"mode":"user_key","location":"query","user_key_name":"user_key","app_id_name":"app_id","app_key_name":"app_key","subprotocol":false},
            "referrer_filters_required":false,"close_refusals":false,"secret_token_set":false}
            """.ReplaceLineEndings(""),
            (await app.Admin.DoAsync("GET", "/api/products/chat")).ToJsonString());

        using var deleted = await app.Admin.SendAsync("DELETE", "/api/products/chat", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Admin.GetAsync("/api/products/chat").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_new_product_counts_hits_and_has_an_empty_policy_chain()
    {
        await app.Admin.DoAsync("POST", "/api/products", """{"system_name":"fresh","name":"Fresh"}""");

        var metrics = await app.Admin.DoAsync("GET", "/api/products/fresh/metrics");
        Assert.Equal("hits", (string?)Assert.Single(metrics.Made())["system_name"]);
        Assert.Equal("""{"policies":[]}""", (await app.Admin.DoAsync("GET", "/api/products/fresh/policies")).ToJsonString());
        Assert.Equal("""{"items":[]}""", (await app.Admin.DoAsync("GET", "/api/products/fresh/mapping-rules")).ToJsonString());
        Assert.Equal("""{"items":[]}""", (await app.Admin.DoAsync("GET", "/api/products/fresh/backends")).ToJsonString());
    }

    [Fact]
    public async Task A_product_made_again_has_nothing_of_the_one_that_was_deleted()
    {
        await app.Admin.DoAsync("POST", "/api/products", """{"system_name":"again","name":"First"}""");
        await app.Admin.DoAsync("POST", "/api/products/again/metrics", """{"system_name":"old","name":"Old","unit":"one"}""");
        await app.Admin.DoAsync("PUT", "/api/products/again/policies", """{"policies":[{"name":"websocket"}]}""", "*");
        await app.Admin.DoAsync("DELETE", "/api/products/again", ifMatch: "*");

        await app.Admin.DoAsync("POST", "/api/products", """{"system_name":"again","name":"Second"}""");

        Assert.Single((await app.Admin.DoAsync("GET", "/api/products/again/metrics")).Made());
        Assert.Equal("""{"policies":[]}""", (await app.Admin.DoAsync("GET", "/api/products/again/policies")).ToJsonString());
    }

    [Fact]
    public async Task Of_many_who_make_the_same_product_at_once_one_succeeds_and_its_parts_are_whole()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n =>
            app.Admin.SendAsync("POST", "/api/products", $$"""{"system_name":"race","name":"{{n}}"}"""))).Soon();

        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "already_exists");
        }

        Assert.Single((await app.Admin.DoAsync("GET", "/api/products/race/metrics")).Made());
        Assert.Equal("""{"policies":[]}""", (await app.Admin.DoAsync("GET", "/api/products/race/policies")).ToJsonString());
    }

    [Theory]
    [InlineData("staging", "reserved")]
    [InlineData(".hidden", "invalid_slug")]
    public async Task A_product_may_not_have_a_name_that_the_gateway_routes_by(string name, string code)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/products", $$"""{"system_name":"{{name}}","name":"n"}""");

        Assert.Equal([$"/system_name {code}"], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("""{"location":"cookie"}""", "/credentials/location wrong_type")]
    [InlineData("""{"location":0}""", "/credentials/location wrong_type")]
    [InlineData("""{"user_key_name":7}""", "/credentials/user_key_name wrong_type")]
    [InlineData("""{"user_key_name":""}""", "/credentials/user_key_name invalid_name")]
    [InlineData("""{"user_key_name":"a b"}""", "/credentials/user_key_name invalid_name")]
    [InlineData("""{"location":"headers","user_key_name":"Host"}""", "/credentials/user_key_name reserved")]
    [InlineData("""{"location":"headers","user_key_name":"sec_websocket_key"}""", "/credentials/user_key_name reserved")]
    [InlineData("""{"name":"x"}""", "/credentials/name unknown_member")]
    [InlineData("[]", "/credentials wrong_type")]
    public async Task Credentials_that_no_client_could_send_are_refused(string credentials, string error)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            $$"""{"system_name":"creds","name":"n","credentials":{{credentials}}}""");

        var problem = await response.ProblemAsync(400, error.EndsWith("unknown_member", StringComparison.Ordinal) ? "unknown_member" : "invalid");
        Assert.Equal([error], problem.Errors());
    }

    [Theory]
    [InlineData("ftp://h")]
    [InlineData("https://h?q=1")]
    [InlineData("/relative")]
    public async Task Public_base_urls_are_checked_both(string url)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            $$"""{"system_name":"urls","name":"n","staging_public_base_url":"{{url}}","production_public_base_url":"{{url}}x"}""");

        Assert.Equal(
            ["/staging_public_base_url invalid_url", "/production_public_base_url invalid_url"],
            (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Staging_and_production_may_not_have_the_same_public_base_url()
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            """{"system_name":"twins","name":"n","staging_public_base_url":"https://h","production_public_base_url":"https://H/"}""");

        Assert.Equal(["/production_public_base_url duplicate"], (await response.ProblemAsync(400, "invalid")).Errors());
    }
}
