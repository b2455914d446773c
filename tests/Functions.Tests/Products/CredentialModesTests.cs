using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;

namespace Serverless.Functions.Tests.Products;

public sealed class CredentialModesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Credentials_of_every_mode_are_kept_as_they_are_given()
    {
        foreach (var (name, credentials) in new[]
        {
            ("m-key", """{"mode":"user_key","location":"authorization","user_key_name":"k","app_id_name":"i","app_key_name":"s","subprotocol":true}"""),
            ("m-id", """{"mode":"app_id","location":"headers","user_key_name":"X-Key","app_id_name":"X-Id","app_key_name":"X-Secret","subprotocol":false}"""),
            ("m-oidc", """
                {"mode":"oidc","location":"query","user_key_name":"user_key","app_id_name":"app_id","app_key_name":"app_key","subprotocol":true,
                "oidc":{"issuer":"https://idp.example/realms/a","client_id_claim":"resource.client","audience":"chat"}}
                """.ReplaceLineEndings("")),
        })
        {
            await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{name}}","name":"n","credentials":{{credentials}}}""");

            Assert.Equal(credentials, (await app.Admin.DoAsync("GET", $"/api/products/{name}"))["credentials"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_client_is_named_by_azp_unless_it_is_said_otherwise()
    {
        var made = await app.Admin.DoAsync(
            "POST",
            "/api/products",
            """{"system_name":"azp","name":"n","credentials":{"mode":"oidc","oidc":{"issuer":"http://127.0.0.1:8080/"}}}""");

        Assert.Equal("""{"issuer":"http://127.0.0.1:8080/","client_id_claim":"azp"}""", made["credentials"]!["oidc"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{\"mode\":\"key\"}", "/credentials/mode wrong_type")]
    [InlineData("{\"mode\":\"UserKey\"}", "/credentials/mode wrong_type")]
    [InlineData("{\"app_id_name\":\"a b\"}", "/credentials/app_id_name invalid_name")]
    [InlineData("{\"app_key_name\":\"\"}", "/credentials/app_key_name invalid_name")]
    [InlineData("{\"location\":\"headers\",\"app_id_name\":\"Cookie\"}", "/credentials/app_id_name reserved")]
    [InlineData("{\"location\":\"headers\",\"app_key_name\":\"Sec_WebSocket_Key\"}", "/credentials/app_key_name reserved")]
    [InlineData("{\"app_id_name\":\"user_key\"}", "/credentials/app_id_name duplicate")]
    [InlineData("{\"app_id_name\":\"User-Key\"}", "/credentials/app_id_name duplicate")]
    [InlineData("{\"app_key_name\":\"app_id\"}", "/credentials/app_key_name duplicate")]
    [InlineData("{\"user_key_name\":\"app_key\"}", "/credentials/app_key_name duplicate")]
    [InlineData("{\"subprotocol\":\"yes\"}", "/credentials/subprotocol wrong_type")]
    [InlineData("{\"mode\":\"oidc\"}", "/credentials/oidc required")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":null}", "/credentials/oidc required")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{}}", "/credentials/oidc/issuer required")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"http://idp.example\"}}", "/credentials/oidc/issuer no_tls")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"ftp://idp.example\"}}", "/credentials/oidc/issuer invalid_url")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://u:p@idp.example\"}}", "/credentials/oidc/issuer invalid_url")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://idp.example?x=1\"}}", "/credentials/oidc/issuer invalid_url")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://h\",\"client_id_claim\":\"\"}}", "/credentials/oidc/client_id_claim empty")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://h\",\"client_id_claim\":\"a..b\"}}", "/credentials/oidc/client_id_claim invalid_claim")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://h\",\"audience\":\"\"}}", "/credentials/oidc/audience empty")]
    [InlineData("{\"mode\":\"oidc\",\"oidc\":{\"issuer\":\"https://h\",\"audience\":[\"a\"]}}", "/credentials/oidc/audience wrong_type")]
    [InlineData("{\"mode\":\"app_id\",\"oidc\":{\"issuer\":\"https://h\"}}", "/credentials/oidc contradiction")]
    [InlineData("{\"oidc\":{\"issuer\":\"https://h\"}}", "/credentials/oidc contradiction")]
    public async Task Credentials_that_cannot_work_are_refused(string credentials, string error)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            $$"""{"system_name":"m-bad","name":"n","credentials":{{credentials}}}""");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Refusals_are_closed_only_when_that_is_said_and_promotion_freezes_it()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await app.Admin.DoAsync(
            "PUT",
            $"/api/products/{workshop.Product}",
            """{"name":"n","close_refusals":true,"credentials":{"subprotocol":true}}""",
            "*");
        await workshop.PromoteAsync("staging");

        var frozen = (await app.Admin.DoAsync("GET", workshop.Configs + "/staging"))["content"]!;
        Assert.True((bool)frozen["close_refusals"]!);
        Assert.True((bool)frozen["credentials"]!["subprotocol"]!);

        var replaced = await app.Admin.DoAsync("PUT", $"/api/products/{workshop.Product}", """{"name":"n"}""", "*");
        Assert.False((bool)replaced["close_refusals"]!);
        var changes = await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes");
        Assert.Equal(
            ["/credentials/subprotocol", "/close_refusals"],
            changes["changes"]!.AsArray().Select(change => (string)change!["path"]!));
    }

    [Fact]
    public async Task Referrer_filters_are_required_only_when_that_is_said()
    {
        var made = await app.Admin.DoAsync("POST", "/api/products", """{"system_name":"ref","name":"n","referrer_filters_required":true}""");
        Assert.True((bool)made["referrer_filters_required"]!);
        Assert.True((bool)(await app.Admin.DoAsync("GET", "/api/products/ref"))["referrer_filters_required"]!);

        var replaced = await app.Admin.DoAsync("PUT", "/api/products/ref", """{"name":"n"}""", "*");

        Assert.False((bool)replaced["referrer_filters_required"]!);
    }
}
