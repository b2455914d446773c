using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Http;

public sealed class PagingTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_list_is_read_in_parts_of_any_size_each_item_once()
    {
        var names = Enumerable.Range(0, 7).Select(n => $"page-{n}").ToList();
        foreach (var name in names)
        {
            await app.MakeProductAsync(name);
        }

        foreach (var limit in new[] { 1, 3, 7, 100 })
        {
            var read = new List<string>();
            var next = "";
            do
            {
                var part = await app.Admin.DoAsync("GET", $"/api/products?limit={limit}{next}");
                var items = part["items"]!.AsArray();
                Assert.InRange(items.Count, 1, limit);
                read.AddRange(items.Select(p => (string)p!["system_name"]!));
                next = part["next"] is { } token ? $"&continue={token}" : null;
            }
            while (next is not null);

            Assert.Equal(names, read.Where(n => n.StartsWith("page-", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_token_reaches_nothing_but_its_list()
    {
        // The key of a guard, which lies before the metrics in the same partition.
        await app.MakeProductAsync("guarded");
        var token = Convert.ToBase64String("guard|"u8).TrimEnd('=');

        var metrics = await app.Admin.DoAsync("GET", $"/api/products/guarded/metrics?continue={token}");

        Assert.Equal("hits", (string?)Assert.Single(metrics.Made())["system_name"]);
    }

    [Theory]
    [InlineData("limit=0", "invalid_limit")]
    [InlineData("limit=101", "invalid_limit")]
    [InlineData("limit=-1", "invalid_limit")]
    [InlineData("limit=many", "invalid_limit")]
    [InlineData("limit=", "invalid_limit")]
    [InlineData("limit=1&limit=2", "invalid_limit")]
    [InlineData("continue=", "invalid_continue")]
    [InlineData("continue=%20", "invalid_continue")]
    [InlineData("continue=AAAA", "invalid_continue")]
    public async Task A_part_that_cannot_be_is_refused(string query, string code)
    {
        foreach (var list in new[] { "/api/products", "/api/backends", "/api/access-tokens", "/api/products/p/metrics" })
        {
            using var response = await app.Admin.SendAsync("GET", $"{list}?{query}");
            await response.ProblemAsync(400, code);
        }
    }
}
