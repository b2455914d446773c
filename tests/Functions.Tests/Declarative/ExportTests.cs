using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Declarative;

public sealed class ExportTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_document_applied_to_an_empty_gateway_gives_the_same_document_again()
    {
        var (product, backend) = ApplyTests.Names();
        await app.ApplyAsync(ApplyTests.Chat(product, backend));

        // Positions with gaps, and changes by hand, are nothing that a document would show.
        await app.Admin.DoAsync("POST", $"/api/products/{product}/mapping-rules", """{"method":"POST","pattern":"/z?a={b}&c=d","metric":"hits","position":70}""");
        await app.Admin.DoAsync("POST", $"/api/products/{product}/mapping-rules", """{"method":"PUT","pattern":"/first","metric":"messages","position":1}""");
        await app.Admin.DoAsync("PUT", $"/api/backends/{backend}", $$"""{"name":"Ü: no","description":"a\nb","private_base_url":"https://b.example/x","tls":{"pinned_sha256":"{{new string('1', 64)}}"} }""", "*");
        var yaml = await app.ExportAsync(product);
        var json = await app.ExportAsync(product, "application/json");

        foreach (var (text, type) in new[] { (yaml, "application/yaml"), (json, "application/json") })
        {
            await using var empty = await FunctionsApp.StartAsync();
            using var answer = await empty.PostDocumentAsync("/api/documents:apply", text, type);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync().Soon());
            Assert.Equal(yaml, await empty.ExportAsync(product));
            Assert.Equal(json, await empty.ExportAsync(product, "application/json"));
        }

        Assert.Equal(0, (int)(await app.ApplyAsync(yaml, "?prune=true"))["changed"]!);
    }

    [Fact]
    public async Task A_new_product_is_a_short_document()
    {
        await app.MakeProductAsync("short");

        Assert.Equal(
            """
            product:
              system_name: short
              name: "n"
              credentials:
                mode: user_key
                location: query
                user_key_name: user_key
                app_id_name: app_id
                app_key_name: app_key
                subprotocol: false
              referrer_filters_required: false
              close_refusals: false
              backends: []
              metrics:
                - system_name: hits
                  name: Hits
                  unit: hit
                  description: Requests, and handshakes of tunnels.
              mapping_rules: []
              message_rules: []
              policies: []
              plans: []

            """.ReplaceLineEndings("\n"),
            await app.ExportAsync("short"));
    }

    [Theory]
    [InlineData(null, "application/yaml")]
    [InlineData("*/*", "application/yaml")]
    [InlineData("application/*", "application/yaml")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/yaml;q=0.5, application/json", "application/json")]
    [InlineData("text/html, application/json;q=0.5, */*;q=0.1", "application/json")]
    [InlineData("application/json, */*", "application/yaml")]
    [InlineData("text/html", null)]
    [InlineData("application/yaml;q=0, application/json;q=0", null)]
    public async Task The_caller_chooses_the_language(string? accept, string? type)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"chosen","name":"n"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products/chosen/document");
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await app.Admin.SendAsync(request).Soon();

        if (type is null)
        {
            await response.ProblemAsync(406, "not_acceptable");
        }
        else
        {
            Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("Accept", response.Headers.Vary.Single());
        }
    }

    [Fact]
    public async Task Who_has_the_document_already_is_told_so_until_it_changes()
    {
        await app.MakeProductAsync("tagged");
        var tag = await TagAsync();

        Assert.Equal(304, await StatusAsync());
        await app.Admin.DoAsync("POST", "/api/products/tagged/metrics", """{"system_name":"m","name":"M","unit":"u"}""");
        Assert.Equal(200, await StatusAsync());

        async Task<int> StatusAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products/tagged/document");
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await app.Admin.SendAsync(request).Soon();
            return (int)response.StatusCode;
        }

        async Task<string> TagAsync()
        {
            using var response = await app.Admin.GetAsync("/api/products/tagged/document").Soon();
            return response.Headers.ETag!.Tag;
        }
    }

    [Fact]
    public async Task A_product_that_is_not_there_has_no_document_and_who_may_not_read_gets_none()
    {
        using var missing = await app.Admin.GetAsync("/api/products/nowhere/document").Soon();
        await missing.ProblemAsync(404, "not_found");

        using var anonymous = await app.Anonymous.GetAsync("/api/products/nowhere/document").Soon();
        Assert.Equal(401, (int)anonymous.StatusCode);
        using var reader = app.With((string)(await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}"""))["token"]!);
        using var refused = await reader.PostAsync("/api/documents:apply", new StringContent("product: {}")).Soon();
        Assert.Equal(403, (int)refused.StatusCode);
    }

    [Fact]
    public async Task No_key_is_in_a_document()
    {
        await app.MakeProductAsync("sold");
        await app.Admin.DoAsync("POST", "/api/products/sold/plans", """{"system_name":"basic","name":"B"}""");
        await app.Admin.DoAsync("POST", "/api/accounts", """{"system_name":"acme","name":"Acme"}""");
        JsonNode made = await app.Admin.DoAsync("POST", "/api/accounts/acme/applications", """{"product":"sold","plan":"basic","name":"Secretive"}""");

        var document = await app.ExportAsync("sold");

        Assert.DoesNotContain((string)made["user_key"]!, document, StringComparison.Ordinal);
        Assert.DoesNotContain("Secretive", document, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", document, StringComparison.OrdinalIgnoreCase);
    }
}
