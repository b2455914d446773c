using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.MappingRules;

public sealed class BackendRulesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_rule_of_a_backend_is_made_read_replaced_and_deleted()
    {
        await MakeAsync("b-life");
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/backends/b-life/mapping-rules",
            """{"method":"GET","pattern":"/v1","metric":"hits"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var rule = await created.JsonAsync();
        var path = $"/api/backends/b-life/mapping-rules/{rule["id"]}";
        Assert.Equal(path, created.Headers.Location?.ToString());
        Assert.Equal(
            $$"""{"id":"{{rule["id"]}}","method":"GET","pattern":"/v1","metric":"hits","delta":1,"position":1,"last":false}""",
            (await app.Admin.DoAsync("GET", path)).ToJsonString());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            path,
            """{"method":"ANY","pattern":"/","metric":"hits","delta":2,"last":true}""",
            created.Headers.ETag!.ToString());
        Assert.Equal("/", (string?)(await replaced.JsonAsync())["pattern"]);
        using var stale = await app.Admin.SendAsync("DELETE", path, ifMatch: created.Headers.ETag!.ToString());
        await stale.ProblemAsync(412, "etag_mismatch");
        await app.Admin.DoAsync("DELETE", path, ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal("""{"items":[]}""", (await app.Admin.DoAsync("GET", "/api/backends/b-life/mapping-rules")).ToJsonString());
    }

    [Fact]
    public async Task Rules_are_listed_by_position_over_several_pages()
    {
        await MakeAsync("b-order");
        foreach (var (pattern, position) in new[] { ("/c", 3), ("/a", 1), ("/b", 2) })
        {
            await app.Admin.DoAsync(
                "POST",
                "/api/backends/b-order/mapping-rules",
                $$"""{"method":"GET","pattern":"{{pattern}}","metric":"hits","position":{{position}}}""");
        }

        var first = await app.Admin.DoAsync("GET", "/api/backends/b-order/mapping-rules?limit=2");
        var second = await app.Admin.DoAsync("GET", $"/api/backends/b-order/mapping-rules?limit=2&continue={first["next"]}");
        Assert.Equal(["/a", "/b"], first["items"]!.AsArray().Select(r => (string?)r!["pattern"]));
        Assert.Equal(["/c"], second["items"]!.AsArray().Select(r => (string?)r!["pattern"]));
    }

    [Fact]
    public async Task A_rule_names_a_metric_of_its_backend_and_none_of_a_product()
    {
        await MakeAsync("b-metric");
        await app.MakeProductAsync("p-metric");
        await app.Admin.DoAsync("POST", "/api/products/p-metric/backends", """{"backend":"b-metric"}""");
        await app.Admin.DoAsync("POST", "/api/products/p-metric/metrics", """{"system_name":"products","name":"M","unit":"m"}""");
        await app.Admin.DoAsync("POST", "/api/backends/b-metric/metrics", """{"system_name":"backends","name":"M","unit":"m"}""");

        using var foreign = await app.Admin.SendAsync("POST", "/api/backends/b-metric/mapping-rules", Body("products"));
        var problem = await foreign.ProblemAsync(400, "invalid");
        Assert.Equal(["/metric unknown_metric"], problem.Errors());
        Assert.Equal("The backend has no metric 'products'.", (string?)problem["detail"]);
        using var full = await app.Admin.SendAsync("POST", "/api/backends/b-metric/mapping-rules", Body("hits.b-metric"));
        Assert.Equal(["/metric invalid_slug"], (await full.ProblemAsync(400, "invalid")).Errors());
        using var other = await app.Admin.SendAsync("POST", "/api/products/p-metric/mapping-rules", Body("backends"));
        Assert.Equal(["/metric unknown_metric"], (await other.ProblemAsync(400, "invalid")).Errors());
        await app.Admin.DoAsync("POST", "/api/backends/b-metric/mapping-rules", Body("backends"));
    }

    [Fact]
    public async Task A_backends_metric_stays_while_a_rule_of_the_backend_names_it()
    {
        await MakeAsync("b-keeps");
        await app.Admin.DoAsync("POST", "/api/backends/b-keeps/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        var rule = await app.Admin.DoAsync("POST", "/api/backends/b-keeps/mapping-rules", Body("m"));

        using var refused = await app.Admin.SendAsync("DELETE", "/api/backends/b-keeps/metrics/m", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");

        await app.Admin.DoAsync("DELETE", $"/api/backends/b-keeps/mapping-rules/{rule["id"]}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/backends/b-keeps/metrics/m", ifMatch: "*");
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("GET", "")]
    [InlineData("GET", "/r")]
    [InlineData("PUT", "/r")]
    [InlineData("DELETE", "/r")]
    public async Task Of_a_backend_that_is_not_there_there_are_none(string method, string rule)
    {
        using var response = await app.Admin.SendAsync(
            method,
            $"/api/backends/nowhere/mapping-rules{rule}",
            method is "POST" or "PUT" ? Body("hits") : null,
            "*");

        Assert.Equal("There is no backend 'nowhere'.", (string?)(await response.ProblemAsync(404, "not_found"))["detail"]);
    }

    private static string Body(string metric) => $$"""{"method":"GET","pattern":"/","metric":"{{metric}}"}""";

    private Task<JsonNode> MakeAsync(string backend) => app.Admin.DoAsync(
        "POST",
        "/api/backends",
        $$"""{"system_name":"{{backend}}","name":"n","private_base_url":"http://h"}""");
}
