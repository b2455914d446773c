using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Applications;

/// <summary>What lists of applications cost in requests to storage: the same, however many applications there are.</summary>
public sealed class ListCostTests : IAsyncLifetime
{
    private const int Few = 8;
    private const int Many = 40;
    private const int Page = 4;

    private FunctionsApp _app = null!;
    private StorageRequests _requests = null!;
    private Market _market = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync();
        _requests = new(_app);
        _market = await Market.OpenAsync(_app.Admin);
    }

    public async Task DisposeAsync()
    {
        _requests.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_page_and_a_search_cost_the_same_among_few_and_among_many()
    {
        var made = new List<JsonNode>();
        var few = await CostAsync(made, Few);
        var many = await CostAsync(made, Many);

        Assert.Equal(few, many);

        // A row of the owner, the notes on the page, and each of the noted applications.
        Assert.All(few, cost => Assert.InRange(cost.Split(',').Length, 1, Page + 3));
    }

    // Of the first and the last page of both lists, of one application, and of a search by its key.
    private async Task<IReadOnlyList<string>> CostAsync(List<JsonNode> made, int total)
    {
        while (made.Count < total)
        {
            made.Add(await _market.SellAsync());
        }

        var one = made[0];
        var (account, product) = ($"/api/accounts/{_market.Account}/applications?limit={Page}", $"/api/products/{_market.Product}/applications?limit={Page}");
        string[] pages = [account, await LastAsync(account), product, await LastAsync(product), $"/api/applications/{one["id"]}"];
        var costs = new List<string>();
        foreach (var page in pages)
        {
            costs.Add(string.Join(',', await _requests.OfAsync(() => _app.Admin.DoAsync("GET", page))));
        }

        costs.Add(string.Join(',', await _requests.OfAsync(
            () => _app.Admin.DoAsync("POST", "/api/applications:find", $$"""{"product":"{{_market.Product}}","user_key":"{{one["user_key"]}}"}"""))));
        return costs;
    }

    private async Task<string> LastAsync(string list)
    {
        var last = list;
        for (var next = list; next.Length > 0;)
        {
            last = next;
            var token = (string?)(await _app.Admin.DoAsync("GET", next))["next"];
            next = token is null ? "" : $"{list}&continue={token}";
        }

        return last;
    }
}
