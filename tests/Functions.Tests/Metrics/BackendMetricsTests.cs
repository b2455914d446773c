using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metrics;

public sealed class BackendMetricsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_new_backend_counts_hits_and_keeps_them()
    {
        await MakeBackendAsync("b-new");

        var metrics = await app.Admin.DoAsync("GET", "/api/backends/b-new/metrics");
        Assert.Equal("hits", (string?)Assert.Single(metrics["items"]!.AsArray())!["system_name"]);
        using var refused = await app.Admin.SendAsync("DELETE", "/api/backends/b-new/metrics/hits", ifMatch: "*");
        var problem = await refused.ProblemAsync(409, "in_use");
        Assert.Equal("The metric 'hits' is part of every backend.", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_metric_of_a_backend_is_made_read_replaced_and_deleted()
    {
        await MakeBackendAsync("b-life");
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/backends/b-life/metrics",
            """{"system_name":"reads","name":"Reads","parent":"hits"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/backends/b-life/metrics/reads", created.Headers.Location?.ToString());

        using var read = await app.Admin.GetAsync("/api/backends/b-life/metrics/reads").Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        Assert.Equal(
            """{"system_name":"reads","name":"Reads","unit":"hit","parent":"hits"}""",
            await read.Content.ReadAsStringAsync().Soon());
        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/backends/b-life/metrics/reads",
            """{"name":"R","unit":"read"}""",
            read.Headers.ETag!.ToString());
        Assert.Equal(
            """{"system_name":"reads","name":"R","unit":"read","parent":"hits"}""",
            (await replaced.JsonAsync()).ToJsonString());
        using var stale = await app.Admin.SendAsync("DELETE", "/api/backends/b-life/metrics/reads", ifMatch: read.Headers.ETag!.ToString());
        await stale.ProblemAsync(412, "etag_mismatch");
        await app.Admin.DoAsync("DELETE", "/api/backends/b-life/metrics/reads", ifMatch: replaced.Headers.ETag!.ToString());
        using var gone = await app.Admin.GetAsync("/api/backends/b-life/metrics/reads").Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("POST", "", "{\"system_name\":\"m\",\"name\":\"M\",\"unit\":\"m\"}")]
    [InlineData("GET", "", null)]
    [InlineData("GET", "/m", null)]
    [InlineData("PUT", "/m", "{\"name\":\"M\",\"unit\":\"m\"}")]
    [InlineData("DELETE", "/m", null)]
    public async Task Of_a_backend_that_is_not_there_there_are_none(string method, string metric, string? json)
    {
        using var response = await app.Admin.SendAsync(method, $"/api/backends/nowhere/metrics{metric}", json, "*");

        Assert.Equal("There is no backend 'nowhere'.", (string?)(await response.ProblemAsync(404, "not_found"))["detail"]);
    }

    [Fact]
    public async Task A_backend_made_again_has_nothing_of_the_one_that_was_deleted()
    {
        await MakeBackendAsync("b-again");
        await app.Admin.DoAsync("POST", "/api/backends/b-again/metrics", """{"system_name":"old","name":"Old","unit":"one"}""");
        await app.Admin.DoAsync("DELETE", "/api/backends/b-again", ifMatch: "*");

        await MakeBackendAsync("b-again");

        Assert.Single((await app.Admin.DoAsync("GET", "/api/backends/b-again/metrics"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Of_many_who_make_the_same_backend_at_once_one_succeeds_and_its_metrics_are_whole()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Admin.SendAsync(
            "POST",
            "/api/backends",
            """{"system_name":"b-race","name":"n","private_base_url":"http://h"}"""))).Soon();

        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        Assert.Single((await app.Admin.DoAsync("GET", "/api/backends/b-race/metrics"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_products_tree_holds_its_own_metrics_and_those_of_the_backends_that_it_uses()
    {
        var product = await MakeProductAsync("p-tree", "b-tree");
        await MakeBackendAsync("b-tree-unused");
        await app.Admin.DoAsync("POST", "/api/backends/b-tree/metrics", """{"system_name":"reads","name":"Reads","parent":"hits"}""");
        await app.Admin.DoAsync("POST", "/api/products/p-tree/metrics", """{"system_name":"bytes","name":"Bytes","unit":"byte"}""");

        var tree = await app.Services.GetRequiredService<ProductMetrics>().ReadAsync(product, default).Soon();

        Assert.Equal(
            ["bytes", "hits", "hits.b-tree", "reads.b-tree", .. BuiltinMetrics.All],
            tree.Names.Order(StringComparer.Ordinal));
        Assert.All(BuiltinMetrics.All, metric => Assert.Empty(tree.AncestorsOf(metric)));
        Assert.Equal(["hits.b-tree", "hits"], tree.AncestorsOf("reads.b-tree"));
    }

    private async Task MakeBackendAsync(string name) => await app.Admin.DoAsync(
        "POST",
        "/api/backends",
        $$"""{"system_name":"{{name}}","name":"n","private_base_url":"http://h"}""");

    private async Task<Product> MakeProductAsync(string name, string backend)
    {
        await MakeBackendAsync(backend);
        await app.MakeProductAsync(name);
        await app.Admin.DoAsync("POST", $"/api/products/{name}/backends", $$"""{"backend":"{{backend}}"}""");
        return (await app.Services.GetRequiredService<ProductsTable>().FindAsync(name, default).Soon())!.Value;
    }
}
