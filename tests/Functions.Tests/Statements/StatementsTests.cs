using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Metering;

namespace Serverless.Functions.Tests.Statements;

public sealed class StatementsTests : IAsyncLifetime
{
    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;
    private Market _market = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
        _market = await Market.OpenAsync(_app.Admin);
    }

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_was_used_in_a_month_is_charged_to_that_month()
    {
        // From the first hour of the last day of a month: it does not end while this runs, unless the test says so.
        SetTo(FirstOfNextMonth().AddMonths(1).AddDays(-1).AddHours(1));
        var month = Month();
        await PriceAsync("""{"metric":"hits","min":1,"max":100,"cost_per_unit":0.01}""");
        await PriceAsync("""{"metric":"hits","min":101,"cost_per_unit":0.005}""");
        await _app.Admin.DoAsync(
            "PUT",
            $"/api/products/{_market.Product}/plans/basic",
            """{"name":"Basic","cost_per_month":10,"setup_fee":2.5,"trial_period_days":1}""",
            "*");
        var made = await _market.SellAsync();
        var key = (string)made["user_key"]!;
        var address = $"/api/applications/{made["id"]}/statements/";

        Assert.Equal("yes", await _market.JudgeAsync(key, """{"hits":60}"""));
        Assert.Equal("yes", await _market.JudgeAsync(key, """{"hits":50}"""));
        Assert.Equal(
            $$"""
            {"application":"{{made["id"]}}","month":"{{month}}","plan":"basic","lines":[
            {"kind":"usage","metric":"hits","from":1,"to":100,"units":100,"cost_per_unit":0.01,"cost":1},
            {"kind":"usage","metric":"hits","from":101,"units":10,"cost_per_unit":0.005,"cost":0.05}],"total":1.05,"currency":null}
            """.ReplaceLineEndings(""),
            (await _app.Admin.DoAsync("GET", address + month)).ToJsonString());

        SetTo(FirstOfNextMonth().AddHours(1));
        var next = await _app.Admin.DoAsync("GET", address + Month());
        Assert.Equal(["setup", "fixed"], next["lines"]!.AsArray().Select(line => (string)line!["kind"]!));
        Assert.Equal(12.5m, (decimal?)next["total"]);
        Assert.Equal("yes", await _market.JudgeAsync(key, """{"hits":1}"""));
        Assert.Equal(12.51m, (decimal?)(await _app.Admin.DoAsync("GET", address + Month()))["total"]);
        Assert.Equal(1.05m, (decimal?)(await _app.Admin.DoAsync("GET", address + month))["total"]);
    }

    [Fact]
    public async Task A_month_that_has_not_begun_or_is_none_is_refused()
    {
        var made = await _market.SellAsync();
        var address = $"/api/applications/{made["id"]}/statements/";

        foreach (var month in new[] { "2999-01", "soon", "2030-1", "2030-01-01" })
        {
            using var refused = await _app.Admin.SendAsync("GET", address + month);
            await refused.ProblemAsync(400, "invalid_month");
        }

        using var unknown = await _app.Admin.SendAsync("GET", "/api/applications/none/statements/2020-01");
        await unknown.ProblemAsync(404, "not_found");
        Assert.Equal(0, (decimal?)(await _app.Admin.DoAsync("GET", address + "2020-01"))["total"]);
    }

    [Fact]
    public async Task The_use_of_a_priced_metric_is_counted_with_its_limit_and_never_from_memory()
    {
        await PriceAsync("""{"metric":"hits","min":1,"cost_per_unit":1}""");
        await _market.LimitAsync("hits", "month", 3);
        var made = await _market.SellAsync();
        var key = (string)made["user_key"]!;

        Assert.Equal(0, (int?)(await _market.AuthorizeAsync(key))["cache_seconds"]);
        Assert.Equal("limits_exceeded", await _market.JudgeAsync(key, """{"hits":3}"""));
        Assert.Equal("yes", await _market.JudgeAsync(key, """{"hits":2}"""));

        Assert.Equal(3, (decimal?)(await _app.Admin.DoAsync("GET", $"/api/applications/{made["id"]}/statements/{Month()}"))["total"]);
    }

    [Fact]
    public async Task What_passed_through_tunnels_is_charged_like_any_other_metric()
    {
        // Early in a month: it does not end while this runs.
        SetTo(FirstOfNextMonth().AddHours(1));
        await _market.AddMetricAsync("said");
        await PriceAsync("""{"metric":"ws.messages.in","min":1,"max":10,"cost_per_unit":0.5}""");
        await PriceAsync("""{"metric":"ws.messages.in","min":11,"cost_per_unit":0.1}""");
        await PriceAsync("""{"metric":"said","min":1,"cost_per_unit":1}""");
        var made = await _market.SellAsync();
        var reporter = new Reporter(_app.Admin);

        await reporter.ReportAsync(1, Reporter.Entry(_market, made, """{"ws.messages.in":8,"ws.messages.out":100,"said":2}"""));
        await reporter.ReportAsync(2, Reporter.Entry(_market, made, """{"ws.messages.in":5,"ws.seconds":60}"""));

        var statement = await _app.Admin.DoAsync("GET", $"/api/applications/{made["id"]}/statements/{Month()}");
        Assert.Equal(
            ["said 2 2", "ws.messages.in 10 5", "ws.messages.in 3 0.3"],
            statement["lines"]!.AsArray().Select(line => $"{line!["metric"]} {line["units"]} {line["cost"]}"));
    }

    [Fact]
    public async Task More_than_can_be_counted_is_as_much_as_can_be_counted()
    {
        await PriceAsync("""{"metric":"hits","min":1,"cost_per_unit":1}""");
        var made = await _market.SellAsync();

        Assert.Equal("yes", await _market.JudgeAsync((string)made["user_key"]!, """{"hits":9223372036854775807}"""));
        Assert.Equal("yes", await _market.JudgeAsync((string)made["user_key"]!, """{"hits":9223372036854775807}"""));

        var statement = await _app.Admin.DoAsync("GET", $"/api/applications/{made["id"]}/statements/{Month()}");
        Assert.Equal(9223372036854775807m, (decimal?)statement["total"]);
    }

    private Task<JsonNode> PriceAsync(string json) =>
        _app.Admin.DoAsync("POST", $"/api/products/{_market.Product}/plans/basic/pricing-rules", json);

    private void SetTo(DateTime instant) => _clock.Ahead += instant - _clock.GetUtcNow().UtcDateTime;

    private DateTime FirstOfNextMonth()
    {
        var now = _clock.GetUtcNow().UtcDateTime.Date;
        return now.AddDays(1 - now.Day).AddMonths(1);
    }

    private string Month() => _clock.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
}
