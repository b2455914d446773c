using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.MappingRules;

public sealed class RulesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_mapping_rule_is_made_read_replaced_and_deleted()
    {
        await app.MakeProductAsync("p-life");
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/products/p-life/mapping-rules",
            """{"method":"GET","pattern":"/{room}$","metric":"hits"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var rule = await created.JsonAsync();
        var path = $"/api/products/p-life/mapping-rules/{rule["id"]}";
        Assert.Equal(path, created.Headers.Location?.ToString());
        Assert.Equal(
            $$"""{"id":"{{rule["id"]}}","method":"GET","pattern":"/{room}$","metric":"hits","delta":1,"position":1,"last":false}""",
            rule.ToJsonString(Plain));

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            path,
            """{"method":"ANY","pattern":"/","metric":"hits","delta":2,"last":true}""",
            created.Headers.ETag!.ToString());
        Assert.Equal(
            $$"""{"id":"{{rule["id"]}}","method":"ANY","pattern":"/","metric":"hits","delta":2,"position":1,"last":true}""",
            (await replaced.JsonAsync()).ToJsonString());
        using var read = await app.Admin.GetAsync(path).Soon();
        Assert.Equal(replaced.Headers.ETag, read.Headers.ETag);

        await app.Admin.DoAsync("DELETE", path, ifMatch: read.Headers.ETag!.ToString());
        using var gone = await app.Admin.GetAsync(path).Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Rules_are_listed_by_position_over_several_pages_and_new_ones_come_last()
    {
        await app.MakeProductAsync("p-order");
        foreach (var (pattern, position) in new[] { ("/c", 30), ("/a", 5), ("/b", 5) })
        {
            await AddAsync("p-order", $$"""{"method":"GET","pattern":"{{pattern}}","metric":"hits","position":{{position}}}""");
        }

        await AddAsync("p-order", """{"method":"GET","pattern":"/d","metric":"hits"}""");

        var first = await app.Admin.DoAsync("GET", "/api/products/p-order/mapping-rules?limit=3");
        var second = await app.Admin.DoAsync("GET", $"/api/products/p-order/mapping-rules?limit=3&continue={first["next"]}");
        Assert.Equal(["/a 5", "/b 5", "/c 30"], first["items"]!.AsArray().Select(r => $"{r!["pattern"]} {r["position"]}"));
        Assert.Equal(["/d 31"], second["items"]!.AsArray().Select(r => $"{r!["pattern"]} {r["position"]}"));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task A_metric_that_does_not_exist_is_refused_by_name_and_nothing_is_written()
    {
        await app.MakeProductAsync("p-metric");
        var rule = await AddAsync("p-metric", """{"method":"GET","pattern":"/","metric":"hits"}""");

        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/products/p-metric/mapping-rules",
            """{"method":"GET","pattern":"/","metric":"nothing"}""");
        Assert.Equal(["/metric unknown_metric"], (await created.ProblemAsync(400, "invalid")).Errors());
        using var replaced = await app.Admin.SendAsync(
            "PUT",
            $"/api/products/p-metric/mapping-rules/{rule}",
            """{"method":"GET","pattern":"/","metric":"nothing"}""",
            "*");
        Assert.Equal(["/metric unknown_metric"], (await replaced.ProblemAsync(400, "invalid")).Errors());

        var rules = (await app.Admin.DoAsync("GET", "/api/products/p-metric/mapping-rules"))["items"]!.AsArray();
        Assert.Equal("hits", (string?)Assert.Single(rules)!["metric"]);
    }

    [Theory]
    [InlineData("""{"method":"get","pattern":"/","metric":"hits"}""", "/method unknown_method")]
    [InlineData("""{"method":"CONNECT","pattern":"/","metric":"hits"}""", "/method unknown_method")]
    [InlineData("""{"method":"GET","pattern":"v1","metric":"hits"}""", "/pattern invalid_pattern")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"hits","delta":0}""", "/delta too_small")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"hits","delta":1.5}""", "/delta wrong_type")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"hits","delta":2147483648}""", "/delta wrong_type")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"hits","position":-1}""", "/position too_small")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"hits","last":"yes"}""", "/last wrong_type")]
    [InlineData("""{"method":"GET","pattern":"/","metric":"no slug"}""", "/metric invalid_slug")]
    public async Task A_rule_that_cannot_work_is_refused(string json, string error)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-bad","name":"n"}""");

        using var response = await app.Admin.SendAsync("POST", "/api/products/p-bad/mapping-rules", json);

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task<string> AddAsync(string product, string json) =>
        (string)(await app.Admin.DoAsync("POST", $"/api/products/{product}/mapping-rules", json))["id"]!;
}
