using Serverless.Contracts;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metrics;

/// <summary>Metrics below <c>hits</c>, and the lists that show them.</summary>
public sealed class MethodsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_method_counts_hits_and_stays_below_them()
    {
        await app.MakeProductAsync("p-method");
        var made = await app.Admin.DoAsync(
            "POST",
            "/api/products/p-method/metrics",
            """{"system_name":"joins","name":"Joins","parent":"hits"}""");
        Assert.Equal("""{"system_name":"joins","name":"Joins","unit":"hit","parent":"hits"}""", made.ToJsonString());

        foreach (var body in new[] { """{"name":"J"}""", """{"name":"J","parent":"hits"}""", """{"name":"J","parent":null}""" })
        {
            var replaced = await app.Admin.DoAsync("PUT", "/api/products/p-method/metrics/joins", body, "*");
            Assert.Equal("""{"system_name":"joins","name":"J","unit":"hit","parent":"hits"}""", replaced.ToJsonString());
        }
    }

    [Theory]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\"}", "/unit required")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"parent\":null}", "/unit required")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"\",\"parent\":\"hits\"}", "/unit empty")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"u\",\"parent\":\"nothing\"}", "/parent invalid_parent")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"u\",\"parent\":\"joins\"}", "/parent invalid_parent")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"u\",\"parent\":\"hits.b\"}", "/parent invalid_parent")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"u\",\"parent\":\"\"}", "/parent invalid_parent")]
    [InlineData("{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"u\",\"parent\":1}", "/parent wrong_type")]
    public async Task Nothing_but_hits_may_be_a_parent(string json, string error)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-parent","name":"n"}""");
        await app.Admin.SendAsync("POST", "/api/products/p-parent/metrics", """{"system_name":"joins","name":"Joins","parent":"hits"}""");

        using var response = await app.Admin.SendAsync("POST", "/api/products/p-parent/metrics", json);

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("bytes", "hits")]
    [InlineData("bytes", "bytes")]
    [InlineData("hits", "hits")]
    [InlineData("joins", "bytes")]
    public async Task A_parent_cannot_change(string metric, string parent)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-fixed","name":"n"}""");
        await app.Admin.SendAsync("POST", "/api/products/p-fixed/metrics", """{"system_name":"bytes","name":"B","unit":"byte"}""");
        await app.Admin.SendAsync("POST", "/api/products/p-fixed/metrics", """{"system_name":"joins","name":"J","parent":"hits"}""");

        using var response = await app.Admin.SendAsync(
            "PUT",
            $"/api/products/p-fixed/metrics/{metric}",
            $$"""{"name":"n","unit":"u","parent":"{{parent}}"}""",
            "*");

        Assert.Equal(["/parent immutable"], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_method_stays_while_a_mapping_rule_names_it()
    {
        await app.MakeProductAsync("p-named");
        await app.Admin.DoAsync("POST", "/api/products/p-named/metrics", """{"system_name":"joins","name":"J","parent":"hits"}""");
        var rule = await app.Admin.DoAsync(
            "POST",
            "/api/products/p-named/mapping-rules",
            """{"method":"GET","pattern":"/","metric":"joins"}""");

        using var refused = await app.Admin.SendAsync("DELETE", "/api/products/p-named/metrics/joins", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");

        await app.Admin.DoAsync("DELETE", $"/api/products/p-named/mapping-rules/{rule["id"]}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/products/p-named/metrics/joins", ifMatch: "*");
    }

    [Fact]
    public async Task A_list_shows_the_products_own_metrics_its_methods_or_those_of_its_backends_too()
    {
        await MakeProductAsync();
        var builtin = string.Join(' ', BuiltinMetrics.All);
        Assert.Equal($"bytes hits joins {builtin}", await ListAsync(""));
        Assert.Equal("joins", await ListAsync("?parent=hits"));
        Assert.Equal($"bytes hits joins {builtin} hits.z reads.z hits.z-1 reads.z-1", await ListAsync("?backends=true"));
        Assert.Equal("joins hits.z hits.z-1", await ListAsync("?backends=true&parent=hits"));
        Assert.Equal($"bytes hits joins {builtin}", await ListAsync("?backends=false"));

        using var reads = await app.Admin.GetAsync("/api/products/p-list/metrics?backends=true").Soon();
        var shown = (await reads.JsonAsync())["items"]!.AsArray().Single(m => (string?)m!["system_name"] == "reads.z")!;
        Assert.Equal("""{"system_name":"reads.z","name":"Reads","unit":"hit","parent":"hits.z"}""", shown.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?parent=hits")]
    [InlineData("?backends=true")]
    public async Task A_list_in_pages_is_the_same_list(string query)
    {
        await MakeProductAsync();
        var paged = new List<string>();
        var next = "";
        do
        {
            var page = await app.Admin.DoAsync("GET", $"/api/products/p-list/metrics{query}{(query == "" ? "?" : "&")}limit=1{next}");
            paged.Add((string)Assert.Single(page["items"]!.AsArray())!["system_name"]!);
            next = page["next"] is { } token ? $"&continue={token}" : "";
        }
        while (next != "");

        Assert.Equal(await ListAsync(query), string.Join(' ', paged));
    }

    [Theory]
    [InlineData("/api/products/p-list/metrics?parent=joins", "invalid_parent")]
    [InlineData("/api/products/p-list/metrics?backends=true&parent=", "invalid_parent")]
    [InlineData("/api/backends/z/metrics?parent=x", "invalid_parent")]
    [InlineData("/api/products/p-list/metrics?backends=yes", "invalid_backends")]
    [InlineData("/api/products/p-list/metrics?backends=true&limit=0", "invalid_limit")]
    public async Task A_list_of_what_cannot_be_asked_for_is_refused(string path, string code)
    {
        await MakeProductAsync();

        using var response = await app.Admin.GetAsync(path).Soon();

        await response.ProblemAsync(400, code);
    }

    private async Task MakeProductAsync()
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-list","name":"n"}""");
        await app.Admin.SendAsync("POST", "/api/products/p-list/metrics", """{"system_name":"joins","name":"Joins","parent":"hits"}""");
        await app.Admin.SendAsync("POST", "/api/products/p-list/metrics", """{"system_name":"bytes","name":"Bytes","unit":"byte"}""");

        // One name that begins as another does.
        foreach (var backend in new[] { "z-1", "z" })
        {
            await app.Admin.SendAsync("POST", "/api/backends", $$"""{"system_name":"{{backend}}","name":"n","private_base_url":"http://h"}""");
            await app.Admin.SendAsync("POST", $"/api/backends/{backend}/metrics", """{"system_name":"reads","name":"Reads","parent":"hits"}""");
            await app.Admin.SendAsync("POST", "/api/products/p-list/backends", $$"""{"backend":"{{backend}}","path":"/{{backend}}"}""");
        }
    }

    private async Task<string> ListAsync(string query) => string.Join(
        ' ',
        (await app.Admin.DoAsync("GET", $"/api/products/p-list/metrics{query}"))["items"]!.AsArray().Select(m => (string?)m!["system_name"]));
}
