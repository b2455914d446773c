using Serverless.Functions.Housekeeping;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Metering;

namespace Serverless.Functions.Tests.Housekeeping;

public sealed class UsageChoreTests : IAsyncLifetime
{
    private static readonly string[] Periods = ["minute", "hour", "day", "week", "month", "year", "eternity"];

    private readonly Household _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();

    public Task DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(0, "minute hour day week month year eternity")]
    [InlineData(2, "hour day week month year eternity")]
    [InlineData(40, "day week month year eternity")]
    [InlineData(396, "day week month year eternity")]
    [InlineData(420, "month year eternity")]
    [InlineData(5 * 366 + 400, "eternity")]
    public async Task Counts_stay_as_long_as_their_period_deserves(int days, string left)
    {
        await UseAsync();

        _house.Clock.Ahead = TimeSpan.FromDays(days);
        var removed = await _house.SweepAsync<UsageChore>((chore, sweep) => chore.SweepAsync(sweep));

        var rows = (await _house.RowsAsync("usage")).Select(row => row.RowKey.Split('|')[1]).ToHashSet();
        Assert.Equal(left.Split(' ').Order(), rows.Order());
        Assert.Equal(Periods.Length - rows.Count, removed);
    }

    [Fact]
    public async Task Counts_of_an_application_that_is_gone_go_and_no_others()
    {
        var gone = await UseAsync();
        await UseAsync();
        await _house.App.Admin.DoAsync("DELETE", gone, ifMatch: "*");

        var removed = await _house.SweepAsync<UsageChore>((chore, sweep) => chore.SweepAsync(sweep));

        Assert.Equal(Periods.Length, removed);
        Assert.Equal(Periods.Length, (await _house.RowsAsync("usage")).Count);
    }

    [Theory]
    [InlineData(23, 0)]
    [InlineData(25, 2)]
    public async Task Marks_of_reports_stay_for_a_day(int hours, int removed)
    {
        var market = await Market.OpenAsync(_house.App.Admin);
        await market.LimitAsync("ws.seconds", "eternity", 100);
        var made = await market.SellAsync();
        var reporter = new Reporter(_house.App.Admin);
        var entry = Reporter.Entry(market, made, """{"ws.seconds":4}""");
        await reporter.ReportAsync(1, entry);
        await reporter.ReportAsync(2, entry);

        _house.Clock.Ahead = TimeSpan.FromHours(hours);
        Assert.Equal(removed, await _house.SweepAsync<UsageChore>((chore, sweep) => chore.SweepAsync(sweep)));

        Assert.Equal(3 - removed, (await _house.RowsAsync("usage")).Count);
        Assert.Equal(8, await reporter.UsedAsync(market, made, "ws.seconds"));
    }

    // Of a plan with a limit for each period.
    private async Task<string> UseAsync()
    {
        var market = await Market.OpenAsync(_house.App.Admin);
        foreach (var period in Periods)
        {
            await market.LimitAsync("hits", period, 100);
        }

        var made = await market.SellAsync();
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        return $"/api/applications/{made["id"]}";
    }
}
