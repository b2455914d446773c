using Serverless.Functions.Plans;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Tests.Usage;

public sealed class UsageVerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 58, 30, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 9, 1, true)]
    [InlineData(10, 10, 1, false)]
    [InlineData(10, 0, 11, false)]
    [InlineData(10, 12, 1, false)]
    [InlineData(10, 12, 0, true)]
    [InlineData(long.MaxValue, 1, long.MaxValue, false)]
    [InlineData(long.MaxValue, 0, long.MaxValue, true)]
    public void A_request_passes_when_all_of_it_stays_within_the_limit(long limit, long used, long amount, bool passes)
    {
        var verdict = Judge(amount, Count(LimitPeriod.Day, limit, used));

        Assert.Equal(passes, verdict is UsageVerdict.Counted);
    }

    [Fact]
    public void A_retry_is_worth_it_when_the_last_exceeded_window_ends()
    {
        var verdict = Judge(1, Count(LimitPeriod.Minute, 5, 5), Count(LimitPeriod.Hour, 50, 50), Count(LimitPeriod.Day, 500, 1));

        Assert.Equal(TimeSpan.FromSeconds(90), Assert.IsType<UsageVerdict.Exceeded>(verdict).RetryAfter);
    }

    [Fact]
    public void A_limit_for_eternity_gives_no_hope()
    {
        var verdict = Judge(1, Count(LimitPeriod.Eternity, 5, 5), Count(LimitPeriod.Minute, 5, 5));

        Assert.Null(Assert.IsType<UsageVerdict.Exceeded>(verdict).RetryAfter);
    }

    [Fact]
    public void A_metric_that_is_not_used_does_not_count()
    {
        var verdict = UsageVerdict.Of(
            [Count(LimitPeriod.Day, 5, 5)],
            new Dictionary<string, long> { ["messages"] = 1 },
            Now);

        Assert.IsType<UsageVerdict.Counted>(verdict);
    }

    private static UsageVerdict Judge(long amount, params WindowCount[] windows) =>
        UsageVerdict.Of(windows, new Dictionary<string, long> { ["hits"] = amount }, Now);

    private static WindowCount Count(LimitPeriod period, long limit, long used) =>
        new(new PlanLimit("hits", period, limit), UsageWindow.At(period, Now), used);
}
