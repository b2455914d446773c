using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Backends;

public sealed class BackendsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_backend_is_made_read_replaced_and_deleted()
    {
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            """{"system_name":"story","name":"Story","private_base_url":"wss://localhost:8443","tls":{"insecure":true}}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/backends/story", created.Headers.Location?.ToString());
        var tag = created.Headers.ETag!.ToString();

        using var read = await app.Admin.GetAsync("/api/backends/story").Soon();
        Assert.Equal(tag, read.Headers.ETag?.ToString());
        Assert.Equal(
            """{"system_name":"story","name":"Story","private_base_url":"wss://localhost:8443","tls":{"insecure":true}}""",
            await read.Content.ReadAsStringAsync().Soon());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/backends/story",
            """{"name":"Other","description":"d","private_base_url":"http://h/base"}""",
            tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(tag, replaced.Headers.ETag?.ToString());
        var now = await app.Admin.DoAsync("GET", "/api/backends/story");
        Assert.Equal(
            """{"system_name":"story","name":"Other","description":"d","private_base_url":"http://h/base"}""",
            now.ToJsonString());

        using var deleted = await app.Admin.SendAsync("DELETE", "/api/backends/story", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Admin.GetAsync("/api/backends/story").Soon();
        var problem = await gone.ProblemAsync(404, "not_found");
        Assert.Equal("There is no backend 'story'.", (string?)problem["detail"]);
    }

    [Theory]
    [InlineData("http://h")]
    [InlineData("https://h:8443/base/path")]
    [InlineData("ws://127.0.0.1:1")]
    [InlineData("wss://[::1]:65535/")]
    [InlineData("HTTPS://Example.com")]
    public async Task A_private_base_url_may_have_any_of_four_schemes(string url)
    {
        var name = $"url-{Guid.NewGuid():N}";

        var made = await app.Admin.DoAsync(
            "POST",
            "/api/backends",
            $$"""{"system_name":"{{name}}","name":"n","private_base_url":"{{url}}"}""");

        Assert.Equal(url, (string?)made["private_base_url"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("/path")]
    [InlineData("//h")]
    [InlineData("ftp://h")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http:h")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("http://h:0")]
    [InlineData("http://h:65536")]
    [InlineData("http://h:port")]
    [InlineData("http://user@h")]
    [InlineData("http://user:secret@h")]
    [InlineData("http://@h")]
    [InlineData("http://h?")]
    [InlineData("http://h?key=value")]
    [InlineData("http://h#")]
    [InlineData("http://h#part")]
    [InlineData(" http://h")]
    [InlineData("http://h/a b")]
    [InlineData("http://h\\\\path")]
    [InlineData("http://h\\u0000")]
    [InlineData("http://h\\r\\nHost: other")]
    [InlineData("http://größe")]
    public async Task A_private_base_url_that_is_none_is_refused_and_not_repeated(string url)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            $$"""{"system_name":"bad-url","name":"n","private_base_url":"{{url}}"}""");

        var problem = await response.ProblemAsync(400, "invalid");
        Assert.Equal(["/private_base_url invalid_url"], problem.Errors());
        Assert.DoesNotContain("secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_settings_are_kept_as_they_are_given()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=h", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var body = new JsonObject
        {
            ["system_name"] = "tls",
            ["name"] = "n",
            ["private_base_url"] = "https://h",
            ["tls"] = new JsonObject
            {
                ["ca_certificates"] = certificate.ExportCertificatePem(),
                ["pinned_sha256"] = new string('a', 64),
                ["server_name"] = "story.example",
                ["insecure"] = false,
            },
        };

        await app.Admin.DoAsync("POST", "/api/backends", body.ToJsonString());

        var read = await app.Admin.DoAsync("GET", "/api/backends/tls");
        Assert.True(JsonNode.DeepEquals(body["tls"], read["tls"]), read.ToJsonString());
        body["tls"]!["ca_certificates"] = key.ExportRSAPrivateKeyPem();
        using var secret = await app.Admin.SendAsync("PUT", "/api/backends/tls", body.ToJsonString(), "*");
        Assert.Equal(["/tls/ca_certificates private_key"], (await secret.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("https", """{"ca_certificates":"nonsense"}""", "/tls/ca_certificates invalid_certificates")]
    [InlineData("https", """{"ca_certificates":""}""", "/tls/ca_certificates invalid_certificates")]
    [InlineData("https", """{"pinned_sha256":"abc"}""", "/tls/pinned_sha256 invalid_sha256")]
    [InlineData("https", """{"server_name":"a b"}""", "/tls/server_name invalid_host")]
    [InlineData("https", """{"server_name":"127.0.0.1"}""", "/tls/server_name invalid_host")]
    [InlineData("https", """{"insecure":"yes"}""", "/tls/insecure wrong_type")]
    [InlineData("https", """{"insecure":null}""", "/tls/insecure wrong_type")]
    [InlineData("http", """{"insecure":true}""", "/tls no_tls")]
    [InlineData("ws", """{"server_name":"h"}""", "/tls no_tls")]
    public async Task Tls_settings_that_cannot_work_are_refused(string scheme, string tls, string error)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            $$"""{"system_name":"bad-tls","name":"n","private_base_url":"{{scheme}}://h","tls":{{tls}}}""");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_whatever_its_kind()
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            """
            {"system_name":"No Slug","name":7,"description":"a\u0000","private_base_url":"nowhere","extra":1,"extra":2,
             "tls":{"insecure":true,"pinned_sha256":"x","more":[]}}
            """);

        Assert.Equal(
            [
                "/description control_character",
                "/extra duplicate_member",
                "/name wrong_type",
                "/private_base_url invalid_url",
                "/system_name invalid_slug",
                "/tls/insecure contradiction",
                "/tls/more unknown_member",
                "/tls/pinned_sha256 invalid_sha256",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answer_names_at_most_a_hundred_errors()
    {
        var members = string.Join(',', Enumerable.Range(0, 1000).Select(n => $"\"m{n}\":1"));

        using var response = await app.Admin.SendAsync("POST", "/api/backends", $"{{{members}}}");

        Assert.Equal(100, (await response.ProblemAsync(400, "unknown_member")).Errors().Count);
    }
}
