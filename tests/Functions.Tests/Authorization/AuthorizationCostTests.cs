using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Metering;
using Serverless.Functions.Tests.Tickets;

namespace Serverless.Functions.Tests.Authorization;

/// <summary>How many requests to storage an answer costs.</summary>
public sealed class AuthorizationCostTests : IAsyncLifetime
{
    private StorageRequests _requests = null!;
    private FunctionsApp _app = null!;
    private Market _market = null!;
    private string _key = "";

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync();
        _market = await Market.OpenAsync(_app.Admin);
        _key = (string)(await _market.SellAsync())["user_key"]!;
        _requests = new(_app);
    }

    public async Task DisposeAsync()
    {
        _requests.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_key_without_limits_costs_one_request()
    {
        await _market.AuthorizeAsync(_key);

        Assert.Equal(["GET keys"], await CountAsync(() => _market.AuthorizeAsync(_key)));
    }

    [Fact]
    public async Task A_key_that_nobody_has_costs_two()
    {
        await _market.AuthorizeAsync(_key);

        Assert.Equal(["GET keys", "GET keys"], await CountAsync(() => _market.AuthorizeAsync("0123456789abcdef")));
    }

    [Fact]
    public async Task In_every_mode_a_good_credential_costs_one_request_and_an_unknown_one_two_at_most()
    {
        var market = await Market.OpenAsync(_app.Admin, "\"credentials\":{\"mode\":\"app_id\"}");
        var made = await market.SellAsync();
        var pair = $"\"app_id\":\"{made["app_id"]}\",\"app_key\":\"{made["app_key"]}\"";
        var client = $"\"client_id\":\"{made["client_id"]}\"";
        Assert.Equal("yes", await market.JudgeMembersAsync(pair));

        Assert.Equal(["GET keys"], await CountAsync(() => market.JudgeMembersAsync(pair)));
        Assert.Equal(["GET keys"], await CountAsync(() => market.JudgeMembersAsync(client)));
        Assert.Equal(
            ["GET keys", "GET keys"],
            await CountAsync(() => market.JudgeMembersAsync($"\"app_id\":\"{made["app_id"]}\",\"app_key\":\"another\"")));
        Assert.Equal(
            ["GET keys", "GET keys"],
            await CountAsync(() => market.JudgeMembersAsync("\"app_id\":\"nobody\",\"app_key\":\"another\"")));
        Assert.Equal(["GET keys"], await CountAsync(() => market.JudgeMembersAsync("\"client_id\":\"nobody\"")));
        Assert.Empty(await CountAsync(() => market.JudgeMembersAsync("\"app_id\":\"x\",\"app_key\":\"another\"")));
    }

    [Fact]
    public async Task A_ticket_costs_two_to_take_it_and_one_to_judge_its_key()
    {
        var counter = new Counter(_app.Anonymous, _market, JsonNode.Parse($$"""{"user_key":"{{_key}}"}""")!);
        var ticket = await counter.BuyAsync();

        Assert.Equal(["GET keys", "POST tickets"], await CountAsync(() => counter.BuyAsync()));
        Assert.Equal(["GET keys", "GET tickets", "POST $batch"], await CountAsync(() => counter.JudgeAsync(ticket)));
        Assert.Equal(["GET tickets"], await CountAsync(() => counter.JudgeAsync(ticket)));
        Assert.Empty(await CountAsync(() => counter.JudgeAsync("sgtk_of_nobody")));
    }

    [Fact]
    public async Task What_cannot_be_a_key_costs_nothing()
    {
        await _market.AuthorizeAsync(_key);

        Assert.Empty(await CountAsync(() => _market.AuthorizeAsync("short")));
    }

    [Fact]
    public async Task A_limited_metric_costs_a_read_for_each_window_and_one_write()
    {
        await _market.LimitAsync("hits", "minute", 1_000);
        await _market.LimitAsync("hits", "eternity", 1_000);
        await _market.AuthorizeAsync(_key);

        Assert.Equal(
            ["GET keys", "GET usage", "GET usage", "POST $batch"],
            await CountAsync(() => _market.AuthorizeAsync(_key)));
    }

    [Fact]
    public async Task A_plan_that_limits_connections_costs_nothing_more_and_a_limit_on_what_is_metered_one_read()
    {
        await _app.Admin.DoAsync("PUT", $"/api/products/{_market.Product}/plans/basic", """{"name":"B","max_connections":5}""", "*");
        Assert.Equal(5, (int?)(await _market.AuthorizeAsync(_key))["max_connections"]);
        Assert.Equal(["GET keys"], await CountAsync(() => _market.AuthorizeAsync(_key)));

        var other = await Market.OpenAsync(_app.Admin);
        await other.LimitAsync("ws.seconds", "day", 100);
        var key = (string)(await other.SellAsync())["user_key"]!;
        await other.AuthorizeAsync(key);

        Assert.Equal(["GET keys", "GET usage"], await CountAsync(() => other.AuthorizeAsync(key)));
    }

    [Fact]
    public async Task A_report_costs_a_read_for_each_application_and_window_and_one_write_where_something_is_counted()
    {
        await _market.LimitAsync("ws.seconds", "day", 100);
        var reporter = new Reporter(_app.Admin);
        var limited = await _market.SellAsync();
        var other = await Market.OpenAsync(_app.Admin);
        var free = await other.SellAsync();
        const string Used = """{"ws.seconds":1,"ws.bytes.in":5}""";
        string[] entries = [Reporter.Entry(_market, limited, Used), Reporter.Entry(other, free, Used)];
        await reporter.ReportAsync(1, entries);

        Assert.Equal(
            ["GET applications", "GET applications", "GET usage", "POST $batch"],
            await CountAsync(() => reporter.ReportAsync(2, entries)));
    }

    [Fact]
    public async Task A_crowd_on_one_limited_application_shares_its_reads_and_writes()
    {
        await _market.LimitAsync("hits", "eternity", 1_000);
        await _market.AuthorizeAsync(_key);

        var requests = await CountAsync(() => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _market.AuthorizeAsync(_key))));

        Assert.Equal(100, requests.Count(request => request == "GET keys"));
        Assert.InRange(requests.Count(request => request == "POST $batch"), 1, 60);
    }

    private Task<IReadOnlyList<string>> CountAsync(Func<Task> act) => _requests.OfAsync(act);
}
