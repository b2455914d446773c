using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Metering;

public sealed class UsageReportTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_report_is_counted_once_and_the_answer_tells_how_the_application_stands()
    {
        var (market, made) = await SellAsync("ws.messages.in", "ws.seconds");
        var reporter = new Reporter(app.Admin);
        var entry = Reporter.Entry(market, made, """{"ws.messages.in":30,"ws.messages.out":5}""");

        var first = Assert.Single(await reporter.ReportAsync(7, entry))!;
        Assert.Equal(
            $$"""{"product":"{{market.Product}}","application":"{{made["id"]}}","active":true,"unknown":false,"limits":[{"metric":"ws.messages.in","period":"eternity","limit":100,"used":30},{"metric":"ws.seconds","period":"eternity","limit":100,"used":0}]}""",
            first.ToJsonString());

        var again = Assert.Single(await reporter.ReportAsync(7, entry))!;
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        await reporter.ReportAsync(6, entry);
        await (reporter with { Relay = reporter.Relay + "-2" }).ReportAsync(7, entry);
        Assert.Equal(90, await reporter.UsedAsync(market, made, "ws.messages.in"));
    }

    [Fact]
    public async Task What_has_happened_counts_beyond_limits_too_and_keeps_more_from_being_asked_for()
    {
        var (market, made) = await SellAsync("ws.connections");
        var reporter = new Reporter(app.Admin);

        var answer = Assert.Single(await reporter.ReportAsync(1, Reporter.Entry(market, made, """{"ws.connections":250}""")))!;

        Assert.Equal((100, 250), ((int)answer["limits"]![0]!["limit"]!, (int)answer["limits"]![0]!["used"]!));
        Assert.Equal("limits_exceeded", await market.JudgeAsync((string)made["user_key"]!, """{"ws.connections":1}"""));
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!, """{"hits":1}"""));
    }

    [Fact]
    public async Task What_rolls_up_is_counted_above_and_its_limits_are_told()
    {
        var (market, made) = await SellAsync("hits");
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/metrics", """{"system_name":"said","name":"S","parent":"hits"}""");
        await market.AddMetricAsync("apart");
        await market.LimitAsync("apart", "eternity", 9);
        var reporter = new Reporter(app.Admin);

        var answers = await reporter.ReportAsync(1, Reporter.Entry(market, made, """{"said":3,"apart":2,"hits":1}"""));

        Assert.Equal(
            ["apart 2", "hits 4"],
            answers[0]!["limits"]!.AsArray().Select(limit => $"{limit!["metric"]} {limit["used"]}").Order());
    }

    [Fact]
    public async Task What_is_not_known_is_told_and_the_rest_is_counted()
    {
        var (market, made) = await SellAsync("ws.seconds");
        var (other, _) = await SellAsync("ws.seconds");
        var reporter = new Reporter(app.Admin);
        const string Seconds = """{"ws.seconds":1}""";

        var answers = await reporter.ReportAsync(
            1,
            Reporter.Entry(market with { Product = "no-product" }, new JsonObject { ["id"] = "nobody" }, Seconds),
            Reporter.Entry(market, new JsonObject { ["id"] = "nobody-either" }, Seconds),
            Reporter.Entry(other, made, Seconds),
            Reporter.Entry(market, await market.SellAsync(), """{"ws.seconds":5,"gone":1,"also.gone":2}"""));

        Assert.Equal([true, true, true, false], answers.Select(answer => (bool)answer!["unknown"]!));
        Assert.Equal([false, false, false, true], answers.Select(answer => (bool)answer!["active"]!));
        Assert.Equal("""["also.gone","gone"]""", answers[3]!["unknown_metrics"]!.ToJsonString());
        Assert.Equal(5, (int?)answers[3]!["limits"]![0]!["used"]);
        Assert.Equal(0, await reporter.UsedAsync(market, made, "ws.seconds"));
    }

    [Fact]
    public async Task What_is_newer_than_what_is_remembered_is_counted_at_once()
    {
        var (market, made) = await SellAsync("ws.seconds");
        var reporter = new Reporter(app.Admin);
        await reporter.ReportAsync(1, Reporter.Entry(market, made, "{}"));
        await market.AddMetricAsync("new");
        await market.LimitAsync("new", "eternity", 9);

        var answer = Assert.Single(await reporter.ReportAsync(2, Reporter.Entry(market, made, """{"new":4}""")))!;

        Assert.Null(answer["unknown_metrics"]);
        Assert.Contains("new 4", answer["limits"]!.AsArray().Select(limit => $"{limit!["metric"]} {limit["used"]}"));
    }

    [Fact]
    public async Task Of_an_application_that_is_suspended_is_counted_and_told_that_it_is_not_active()
    {
        var (market, made) = await SellAsync("ws.seconds");
        var reporter = new Reporter(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:suspend");

        var suspended = Assert.Single(await reporter.ReportAsync(1, Reporter.Entry(market, made, """{"ws.seconds":3}""")))!;
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:resume");
        await app.Admin.DoAsync("POST", $"/api/accounts/{market.Account}:suspend");
        var account = Assert.Single(await reporter.ReportAsync(2, Reporter.Entry(market, made, """{"ws.seconds":4}""")))!;

        Assert.Equal((false, 3), ((bool)suspended["active"]!, (int)suspended["limits"]![0]!["used"]!));
        Assert.Equal((false, 7), ((bool)account["active"]!, (int)account["limits"]![0]!["used"]!));
    }

    [Fact]
    public async Task A_report_of_a_thousand_entries_is_taken_and_a_longer_one_is_not()
    {
        var reporter = new Reporter(app.Admin);
        string[] Entries(int count) => [.. Enumerable.Range(0, count).Select(n => $$"""{"product":"none","application":"a-{{n}}"}""")];

        Assert.Equal(1000, (await reporter.ReportAsync(1, Entries(1000))).Count);
        using var longer = await reporter.TryReportAsync(1, Entries(1001));
        Assert.Equal(["/entries too_many"], (await longer.ProblemAsync(400, "invalid")).Errors());
        using var larger = await reporter.TryReportAsync(1, $$"""{"product":"{{new string('x', 1024 * 1024)}}","application":"a"}""");
        await larger.ProblemAsync(413, "body_too_large");
    }

    [Theory]
    [InlineData("""{}""", "/relay required", "/sequence required", "/entries required")]
    [InlineData("""{"relay":"","sequence":-1,"entries":[{}]}""", "/relay invalid_relay", "/sequence out_of_range", "/entries/0/product required", "/entries/0/application required")]
    [InlineData("""{"relay":"a b","sequence":1.5,"entries":{}}""", "/sequence wrong_type", "/entries wrong_type", "/relay invalid_relay")]
    [InlineData("""{"relay":"a","sequence":1,"entries":[{"product":"p","application":"a","usage":{"m":-1}}]}""", "/entries/0/usage/m out_of_range")]
    [InlineData("""{"relay":"a","sequence":1,"entries":[{"product":"p","application":"a"},{"product":"q","application":"a"}]}""", "/entries/1/application duplicate")]
    [InlineData("""{"relay":"a","sequence":1,"entries":[null]}""", "/entries/0 wrong_type")]
    public async Task A_report_that_makes_no_sense_is_refused_by_member(string json, params string[] errors)
    {
        using var answer = await app.Admin.SendAsync("POST", "/api/relay/usage", json);

        Assert.Equal(errors, (await answer.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Only_relays_may_report()
    {
        var manager = (string)(await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"manager","scopes":["manage"]}"""))["token"]!;
        using var client = app.With(manager);

        using var forbidden = await new Reporter(client).TryReportAsync(1);
        await forbidden.ProblemAsync(403, "forbidden");
        using var anonymous = await new Reporter(app.Anonymous).TryReportAsync(1);
        await anonymous.ProblemAsync(401, "unauthenticated");
    }

    // Of a plan with a limit of 100 for ever on each of these metrics.
    private async Task<(Market Market, JsonNode Application)> SellAsync(params string[] metrics)
    {
        var market = await Market.OpenAsync(app.Admin);
        foreach (var metric in metrics)
        {
            await market.LimitAsync(metric, "eternity", 100);
        }

        return (market, await market.SellAsync());
    }
}
