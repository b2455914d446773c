using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Metering;

namespace Serverless.Functions.Tests.Authorization;

/// <summary>What an answer tells of limits on what is counted while a tunnel is open.</summary>
public sealed class MeteredLimitsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task An_answer_that_may_be_reused_tells_the_limits_on_built_in_metrics_and_how_they_stand()
    {
        var clock = new SetClock();
        await using var own = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var market = await Market.OpenAsync(own.Admin);
        await market.LimitAsync("ws.messages.in", "day", 50);
        await market.LimitAsync("ws.bytes.out", "eternity", 0);
        var made = await market.SellAsync();

        // Early in a day: it does not end while this runs.
        var day = clock.GetUtcNow().UtcDateTime.Date.AddDays(1);
        clock.Ahead = day.AddHours(1) - clock.GetUtcNow().UtcDateTime;
        await new Reporter(own.Admin).ReportAsync(1, Reporter.Entry(market, made, """{"ws.messages.in":60}"""));
        var answer = await market.AuthorizeAsync((string)made["user_key"]!);

        var end = day.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        Assert.True((bool?)answer["authorized"]);
        Assert.Equal(10, (int?)answer["cache_seconds"]);
        Assert.Equal(
            [
                """{"metric":"ws.bytes.out","period":"eternity","limit":0,"used":0}""",
                $$"""{"metric":"ws.messages.in","period":"day","limit":50,"used":60,"ends_at":"{{end}}+00:00"}""",
            ],
            answer["limits"]!.AsArray().Select(limit => limit!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Metrics_of_message_rules_and_what_is_above_them_are_told_and_no_others()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/metrics", """{"system_name":"said","name":"S","parent":"hits"}""");
        await market.AddMetricAsync("other");
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/message-rules", """{"direction":"in","metric":"said"}""");
        foreach (var metric in new[] { "said", "hits", "other" })
        {
            await market.LimitAsync(metric, "month", 100);
        }

        var made = await market.SellAsync();
        var answer = await market.AuthorizeAsync((string)made["user_key"]!, """{"other":3}""");
        var counted = await market.AuthorizeAsync((string)made["user_key"]!, """{"hits":2}""");

        Assert.Equal(["hits 0", "said 0"], Limits(answer));
        Assert.Equal(["hits 2", "said 0"], Limits(counted));
        Assert.Equal(0, (int?)counted["cache_seconds"]);
    }

    [Fact]
    public async Task Who_is_refused_or_has_no_such_limits_is_told_none()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 1);
        var key = (string)(await market.SellAsync())["user_key"]!;

        Assert.False((await market.AuthorizeAsync(key)).AsObject().ContainsKey("limits"));
        await market.LimitAsync("ws.seconds", "eternity", 1);
        Assert.False((await market.AuthorizeAsync(key)).AsObject().ContainsKey("limits"));
        Assert.False((await market.AuthorizeAsync("0123456789abcdef0123456789abcdef")).AsObject().ContainsKey("max_connections"));
    }

    private static IEnumerable<string> Limits(JsonNode answer) =>
        answer["limits"]!.AsArray().Select(limit => $"{limit!["metric"]} {limit["used"]}").Order();
}
