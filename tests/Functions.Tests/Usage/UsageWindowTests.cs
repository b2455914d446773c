using Serverless.Functions.Plans;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Tests.Usage;

public sealed class UsageWindowTests
{
    [Theory]
    [InlineData("minute", "2026-02-28T23:59:59.999Z", "2026-02-28T23:59:00Z", "2026-03-01T00:00:00Z")]
    [InlineData("minute", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:01:00Z")]
    [InlineData("hour", "2026-12-31T23:30:00Z", "2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("day", "2024-02-28T12:00:00Z", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z")]
    [InlineData("week", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("week", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData("week", "2027-01-01T08:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z")]
    [InlineData("month", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("month", "2026-12-31T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("year", "2024-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    public void A_window_follows_the_calendar_in_utc(string period, string now, string start, string end)
    {
        var window = UsageWindow.At(Enum.Parse<LimitPeriod>(period, ignoreCase: true), At(now));

        Assert.Equal(At(start), window.Start);
        Assert.Equal(At(end), window.End);
    }

    [Fact]
    public void The_callers_time_zone_does_not_move_a_window()
    {
        var instant = At("2026-11-22T23:30:00Z");

        var windows = new[] { -12, -5, 0, 1, 14 }.Select(hours =>
            UsageWindow.At(LimitPeriod.Day, instant.ToOffset(TimeSpan.FromHours(hours))));

        Assert.Single(windows.Select(window => window.Key).Distinct());
    }

    [Fact]
    public void Eternity_is_one_window_without_an_end()
    {
        var now = UsageWindow.At(LimitPeriod.Eternity, At("2026-11-22T00:00:00Z"));
        var later = UsageWindow.At(LimitPeriod.Eternity, At("2056-11-22T00:00:00Z"));

        Assert.Null(now.End);
        Assert.Equal(now, later);
        Assert.Equal("eternity", now.Key);
    }

    [Fact]
    public void Windows_of_different_periods_that_start_together_have_different_keys()
    {
        var midnight = At("2024-01-01T00:00:00Z");

        var keys = Enum.GetValues<LimitPeriod>().Select(period => UsageWindow.At(period, midnight).Key).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Contains("minute|20240101T0000", keys);
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
