using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Declarative;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;

namespace Serverless.Functions.Tests.Audit;

/// <summary>What a document changes is found at each resource that it changes.</summary>
public sealed class DocumentAuditTests : IAsyncLifetime
{
    private FunctionsApp _app = null!;

    public async Task InitializeAsync() => _app = await FunctionsApp.StartAsync();

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Every_change_of_a_document_is_found_at_its_resource_with_what_was_before_and_after()
    {
        await _app.ApplyAsync("product: {system_name: p, name: Old, metrics: [{system_name: m, name: M, unit: u}]}");
        await _app.ApplyAsync("product: {system_name: p, name: New}");

        var found = await ListAsync("/api/products/p");
        var call = (await ListAsync("/api/documents"))[0];

        Assert.Equal(["/api/products/p", "/api/products/p", "/api/products/p/metrics/m"], found.Select(e => (string?)e["resource"]).Order());
        Assert.All(found, e => Assert.Equal(("documents-apply", "done", null), ((string?)e["action"], (string?)e["outcome"], (int?)e["status"])));
        var newest = found[0];
        Assert.Equal(((string?)call["id"], "Old", "New"), ((string?)newest["part_of"], (string?)newest["before"]!["name"], (string?)newest["after"]!["name"]));
    }

    [Fact]
    public async Task A_change_is_kept_whole_however_many_others_the_document_makes()
    {
        var metrics = string.Join(", ", Enumerable.Range(0, 60).Select(i => $"{{system_name: m{i}, name: {new string('n', 200)}, unit: u, description: {new string('d', 800)}}}"));
        await _app.ApplyAsync($"product: {{system_name: p, name: P, metrics: [{metrics}]}}");

        Assert.True((bool)(await ListAsync("/api/documents"))[0]["after"]!["truncated"]!);
        Assert.Equal("m59", (string?)(await ListAsync("/api/products/p/metrics/m59")).Single()["after"]!["system_name"]);
    }

    [Fact]
    public async Task A_document_that_was_overtaken_shows_what_of_it_is_in_force()
    {
        await _app.ApplyAsync("product: {system_name: p, name: Old, metrics: [{system_name: m, name: M, unit: u}]}");
        var gate = new WriteGate();
        await using var slow = await gate.StandBeforeAsync(_app);
        gate.Open();
        gate.Before = async write =>
        {
            // The product is written, the metric not yet.
            if (write == 1)
            {
                await _app.Admin.DoAsync("PUT", "/api/products/p/metrics/m", """{"name":"Mine","unit":"u"}""", "*");
            }
        };

        using var overtaken = await slow.PostDocumentAsync(
            "/api/documents:apply",
            "product: {system_name: p, name: New, metrics: [{system_name: m, name: Yours, unit: u}]}");
        await overtaken.ProblemAsync(409, "overtaken");

        var call = (await ListAsync("/api/documents"))[0];
        Assert.Equal(("partial", 409, "overtaken"), ((string?)call["outcome"], (int?)call["status"], (string?)call["after"]!["code"]));
        var part = (await ListAsync("/api/products/p")).Single(e => (string?)e["part_of"] == (string?)call["id"]);
        Assert.Equal(("/api/products/p", "done", "New"), ((string?)part["resource"], (string?)part["outcome"], (string?)part["after"]!["name"]));
    }

    [Fact]
    public async Task A_dry_run_leaves_no_entry_at_the_resources()
    {
        await _app.ApplyAsync("product: {system_name: p, name: P}", "?dry_run=true");

        Assert.Empty(await ListAsync("/api/products/p"));
    }

    private async Task<IReadOnlyList<JsonNode>> ListAsync(string resource) =>
        [.. (await _app.Admin.DoAsync("GET", $"/api/audit?limit=100&resource={resource}"))["items"]!.AsArray().Select(entry => entry!)];
}
