using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Promotion;

public sealed class PublicAddressTests : IAsyncLifetime
{
    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;
    private Workshop _one = null!;
    private Workshop _two = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
        _one = await Workshop.OpenAsync(_app.Admin);
        _two = await Workshop.OpenAsync(_app.Admin);
    }

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_url_that_another_product_serves_is_refused_until_that_one_has_left_it()
    {
        await UrlAsync(_one, "https://api.example.com/v1");
        await _one.PromoteAsync("staging");
        await UrlAsync(_two, "wss://API.example.com/v1/");

        using var refused = await PromoteAsync(_two);
        Assert.Contains(_one.Product, (string?)(await refused.ProblemAsync(409, "public_base_url_taken"))["detail"], StringComparison.Ordinal);
        var foreseen = await _app.Admin.DoAsync("GET", $"/api/products/{_two.Product}/changes");
        Assert.Equal(
            ("error", "public_base_url_taken", "/staging_public_base_url"),
            ((string)foreseen["findings"]![0]!["level"]!, (string)foreseen["findings"]![0]!["code"]!, (string)foreseen["findings"]![0]!["pointer"]!));
        await UrlAsync(_two, "https://api.example.com:8443/v1");
        await _two.PromoteAsync("staging");
        await UrlAsync(_two, "https://api.example.com/v1/deeper");
        await _two.PromoteAsync("staging");

        await UrlAsync(_one, null);
        await _one.PromoteAsync("staging");

        await UrlAsync(_two, "https://api.example.com/v1");
        await _two.PromoteAsync("staging");

        // And now the first one cannot go back.
        using var back = await _app.Admin.SendAsync("POST", _one.Configs + "/staging:rollback");
        await back.ProblemAsync(409, "public_base_url_taken");
        using var pinned = await _app.Admin.SendAsync("POST", _one.Configs + "/staging:pin", """{"version":1}""");
        await pinned.ProblemAsync(409, "public_base_url_taken");
        Assert.Equal(2, await _one.ServedAsync("staging"));
        await _app.Admin.DoAsync("POST", _two.Configs + "/staging:rollback");
        await _app.Admin.DoAsync("POST", _one.Configs + "/staging:rollback");
        Assert.Equal(1, await _one.ServedAsync("staging"));
    }

    [Fact]
    public async Task A_deleted_product_leaves_its_url_at_once()
    {
        await UrlAsync(_one, "https://gone.example.com");
        await _one.PromoteAsync("staging");
        await _app.Admin.DoAsync("DELETE", $"/api/products/{_one.Product}", ifMatch: "*");

        await UrlAsync(_two, "https://gone.example.com");

        await _two.PromoteAsync("staging");
    }

    [Fact]
    public async Task Of_products_that_race_for_a_url_one_wins()
    {
        for (var round = 0; round < 3; round++)
        {
            var url = $"https://race{round}.example.com";
            Workshop[] workshops = [_one, _two, await Workshop.OpenAsync(_app.Admin), await Workshop.OpenAsync(_app.Admin)];
            foreach (var workshop in workshops)
            {
                await UrlAsync(workshop, url);
            }

            var answers = await Task.WhenAll(workshops.Select(PromoteAsync)).Soon();

            var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
            foreach (var other in answers.Where(answer => answer != winner))
            {
                await other.ProblemAsync(409, "public_base_url_taken");
            }

            var served = await _app.Admin.DoAsync("GET", $"/api/configs/staging?host=race{round}.example.com");
            Assert.Equal((string?)(await winner.JsonAsync())["product"], (string?)Assert.Single(served["items"]!.AsArray())!["product"]);
        }
    }

    [Fact]
    public async Task A_claim_whose_promotion_broke_off_is_taken_over_when_no_request_can_be_that_old()
    {
        await _one.PromoteAsync("staging");
        var product = (await _app.Services.GetRequiredService<ProductsTable>().FindAsync(_one.Product, default).Soon())!.Value;
        var claims = _app.Services.GetRequiredService<AddressClaims>();
        Assert.Null(await claims.ClaimAsync(PublicAddress.Of("https://half.example.com")!, product, "staging", default).Soon());
        Assert.Empty((await _app.Admin.DoAsync("GET", "/api/configs/staging?host=half.example.com"))["items"]!.AsArray());
        await UrlAsync(_two, "https://half.example.com");
        using var early = await PromoteAsync(_two);
        await early.ProblemAsync(409, "public_base_url_taken");

        _clock.Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1);

        await _two.PromoteAsync("staging");

        // One that is served is held for ever.
        await UrlAsync(_one, "https://half.example.com");
        _clock.Ahead = TimeSpan.FromDays(400);
        using var late = await PromoteAsync(_one);
        await late.ProblemAsync(409, "public_base_url_taken");
    }

    [Fact]
    public async Task What_an_environment_serves_is_listed_over_all_products()
    {
        await UrlAsync(_one, "https://list.example.com/a");
        await _one.PromoteAsync("staging");
        await UrlAsync(_two, "https://list.example.com/b");
        await _two.PromoteAsync("staging");
        await _two.PromoteAsync("production");
        var gone = await Workshop.OpenAsync(_app.Admin);
        await gone.PromoteAsync("staging");
        await _app.Admin.DoAsync("DELETE", $"/api/products/{gone.Product}", ifMatch: "*");

        var all = await _app.Admin.DoAsync("GET", "/api/configs/staging");
        var onHost = await _app.Admin.DoAsync("GET", "/api/configs/staging?host=LIST.example.com");
        var produced = await _app.Admin.DoAsync("GET", "/api/configs/production");

        string[] both = [_one.Product, _two.Product];
        Assert.Equal(both.Order(StringComparer.Ordinal), Names(all));
        Assert.Equal(both, Names(onHost));
        Assert.Equal([_two.Product], Names(produced));
        Assert.Equal("list.example.com", (string?)onHost["items"]![0]!["hosts"]![0]);
        using var nowhere = await _app.Admin.GetAsync("/api/configs/test").Soon();
        await nowhere.ProblemAsync(404, "not_found");
    }

    private static IEnumerable<string> Names(JsonNode list) => list["items"]!.AsArray().Select(item => (string)item!["product"]!);

    private Task<HttpResponseMessage> PromoteAsync(Workshop workshop) =>
        _app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");

    private Task<JsonNode> UrlAsync(Workshop workshop, string? url) => _app.Admin.DoAsync(
        "PUT",
        $"/api/products/{workshop.Product}",
        url is null ? """{"name":"P"}""" : $$"""{"name":"P","staging_public_base_url":"{{url}}"}""",
        "*");
}
