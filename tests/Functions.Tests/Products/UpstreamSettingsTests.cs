using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Products;

/// <summary>Error answers, the secret token and the host that backends are told.</summary>
public sealed class UpstreamSettingsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Error_answers_are_kept_as_they_are_given()
    {
        const string Answers = """
            {"credentials_missing":{"status":401,"content_type":"application/json","text":"{\u0022e\u0022:1}"},"authentication_failed":{"status":403,"content_type":"text/plain; charset=utf-8","text":"no"},"no_match":{"status":404,"content_type":"text/plain; charset=utf-8","text":""},"limits_exceeded":{"status":599,"content_type":"text/html; charset=\u0022UTF-8\u0022","text":"a\nb"}}
            """;
        var made = await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"answers","name":"n","error_answers":{{Answers}}}""");
        Assert.Equal(Answers.Trim(), made["error_answers"]!.ToJsonString());
        Assert.Equal(Answers.Trim(), (await app.Admin.DoAsync("GET", "/api/products/answers"))["error_answers"]!.ToJsonString());

        await app.Admin.DoAsync("PUT", "/api/products/answers", """{"name":"n","error_answers":{}}""", "*");

        Assert.Null((await app.Admin.DoAsync("GET", "/api/products/answers"))["error_answers"]);
    }

    [Fact]
    public async Task An_error_answer_is_plain_text_unless_it_is_said_otherwise()
    {
        var made = await app.Admin.DoAsync(
            "POST",
            "/api/products",
            """{"system_name":"plain","name":"n","error_answers":{"no_match":{"status":404,"text":"nothing here"}}}""");

        Assert.Equal(
            """{"no_match":{"status":404,"content_type":"text/plain; charset=utf-8","text":"nothing here"}}""",
            made["error_answers"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{\"text\":\"t\"}", "/status required")]
    [InlineData("{\"status\":200,\"text\":\"t\"}", "/status out_of_range")]
    [InlineData("{\"status\":399,\"text\":\"t\"}", "/status out_of_range")]
    [InlineData("{\"status\":600,\"text\":\"t\"}", "/status out_of_range")]
    [InlineData("{\"status\":\"404\",\"text\":\"t\"}", "/status wrong_type")]
    [InlineData("{\"status\":404}", "/text required")]
    [InlineData("{\"status\":404,\"text\":\"a\\u0000\"}", "/text control_character")]
    [InlineData("{\"status\":404,\"text\":\"a\\u001bb\"}", "/text control_character")]
    [InlineData("{\"status\":404,\"text\":\"t\",\"content_type\":\"\"}", "/content_type invalid_media_type")]
    [InlineData("{\"status\":404,\"text\":\"t\",\"content_type\":\"text\"}", "/content_type invalid_media_type")]
    [InlineData("{\"status\":404,\"text\":\"t\",\"content_type\":\"text/*\"}", "/content_type invalid_media_type")]
    [InlineData("{\"status\":404,\"text\":\"t\",\"content_type\":\"text/plain\\r\\nX: y\"}", "/content_type invalid_media_type")]
    [InlineData("{\"status\":404,\"text\":\"t\",\"content_type\":\"text/plain; charset=latin1\"}", "/content_type invalid_media_type")]
    public async Task An_error_answer_that_is_none_is_refused(string answer, string error)
    {
        foreach (var kind in new[] { "credentials_missing", "authentication_failed", "no_match", "limits_exceeded" })
        {
            using var response = await app.Admin.SendAsync(
                "POST",
                "/api/products",
                $$$"""{"system_name":"bad","name":"n","error_answers":{"{{{kind}}}":{{{answer}}}}}""");

            Assert.Equal([$"/error_answers/{kind}{error}"], (await response.ProblemAsync(400, "invalid")).Errors());
        }
    }

    [Fact]
    public async Task An_error_answers_text_has_255_characters_and_not_one_more()
    {
        string Body(int length) => $$$"""{"name":"n","error_answers":{"no_match":{"status":404,"text":"{{{new string('t', length)}}}"} }}""";
        await app.MakeProductAsync("length");
        await app.Admin.DoAsync("PUT", "/api/products/length", Body(255), "*");

        using var refused = await app.Admin.SendAsync("PUT", "/api/products/length", Body(256), "*");

        Assert.Equal(["/error_answers/no_match/text too_long"], (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task An_answer_can_be_sent_back_with_a_change_in_it()
    {
        await app.Admin.DoAsync("POST", "/api/products", """{"system_name":"back","name":"n","secret_token":"a-word","host_rewrite":"h"}""");
        var read = await app.Admin.DoAsync("GET", "/api/products/back");
        read["name"] = "other";

        var written = await app.Admin.DoAsync("PUT", "/api/products/back", read.ToJsonString(), "*");
        Assert.Equal(("other", true, "h"), ((string?)written["name"], (bool)written["secret_token_set"]!, (string?)written["host_rewrite"]));

        read["secret_token_set"] = false;
        using var refused = await app.Admin.SendAsync("PUT", "/api/products/back", read.ToJsonString(), "*");
        Assert.Equal(["/secret_token_set immutable"], (await refused.ProblemAsync(400, "invalid")).Errors());
        using var made = await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"back2","name":"n","secret_token_set":true}""");
        Assert.Equal(["/secret_token_set immutable"], (await made.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_secret_token_is_kept_until_it_is_removed_and_never_shown()
    {
        const string Secret = "Very-secret_token-1";
        using var created = await app.Admin.SendAsync("POST", "/api/products", $$"""{"system_name":"token","name":"n","secret_token":"{{Secret}}"}""");
        Assert.DoesNotContain(Secret, await created.Content.ReadAsStringAsync().Soon(), StringComparison.Ordinal);
        Assert.True(await IsSetAsync());

        var kept = await app.Admin.DoAsync("PUT", "/api/products/token", """{"name":"other"}""", "*");
        Assert.True((bool)kept["secret_token_set"]!);
        Assert.True(await IsSetAsync());
        Assert.DoesNotContain(Secret, await app.Admin.GetStringAsync("/api/products/token").Soon(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await app.Admin.GetStringAsync("/api/products").Soon(), StringComparison.Ordinal);

        await app.Admin.DoAsync("PUT", "/api/products/token", """{"name":"other","secret_token":""}""", "*");
        Assert.False(await IsSetAsync());

        async Task<bool> IsSetAsync() => (bool)(await app.Admin.DoAsync("GET", "/api/products/token"))["secret_token_set"]!;
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("dot.dot")]
    [InlineData("ümlaut")]
    [InlineData("a\\nb")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_secret_token_that_is_none_is_refused_and_not_repeated(string token)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/products", $$"""{"system_name":"bad","name":"n","secret_token":"{{token}}"}""");

        var problem = await response.ProblemAsync(400, "invalid");
        Assert.Equal(["/secret_token invalid_token"], problem.Errors());
        Assert.DoesNotContain(token, problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat.internal")]
    [InlineData("chat")]
    [InlineData("chat.internal:8443")]
    [InlineData("10.0.0.1:1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:65535")]
    public async Task A_host_may_be_named_with_a_port_or_without(string host)
    {
        var name = $"host-{Guid.NewGuid():N}";

        await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{name}}","name":"n","host_rewrite":"{{host}}"}""");

        Assert.Equal(host, (string?)(await app.Admin.DoAsync("GET", $"/api/products/{name}"))["host_rewrite"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("h/path")]
    [InlineData("http://h")]
    [InlineData("user@h")]
    [InlineData("user:secret@h")]
    [InlineData("a b")]
    [InlineData("h?x")]
    [InlineData("h#x")]
    [InlineData("h:")]
    [InlineData("h:0")]
    [InlineData("h:65536")]
    [InlineData("h:+1")]
    [InlineData("h:port")]
    [InlineData("h:1:2")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[h]")]
    [InlineData("h\\r\\nX: y")]
    [InlineData("größe")]
    public async Task A_host_that_is_none_is_refused(string host)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/products", $$"""{"system_name":"bad","name":"n","host_rewrite":"{{host}}"}""");

        Assert.Equal(["/host_rewrite invalid_host"], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/products",
            """
            {"system_name":"bad","name":"n","host_rewrite":"a b","secret_token":"a b","referrer_filters_required":"yes",
             "credentials":{"mode":"oidc","app_key_name":"app_id"},"error_answers":{"no_match":{"status":1,"other":2}}}
            """);

        Assert.Equal(
            [
                "/credentials/app_key_name duplicate",
                "/credentials/oidc required",
                "/error_answers/no_match/other unknown_member",
                "/error_answers/no_match/status out_of_range",
                "/error_answers/no_match/text required",
                "/host_rewrite invalid_host",
                "/referrer_filters_required wrong_type",
                "/secret_token invalid_token",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors().Order(StringComparer.Ordinal));
    }
}
