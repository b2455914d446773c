using Serverless.Contracts;
using Serverless.Relay.Metering;

namespace Serverless.Relay.Tests.Metering;

public sealed class PlanAllowanceTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Spends_what_is_left_to_the_last_and_no_more()
    {
        var allowance = new PlanAllowance(Limit(10, used: 7), unreported: 0);

        Assert.True(allowance.TrySpend(2));
        Assert.False(allowance.TrySpend(2));
        Assert.True(allowance.TrySpend(1));
        Assert.False(allowance.TrySpend(1));
        allowance.Return(1);
        Assert.True(allowance.TrySpend(1));
    }

    [Fact]
    public void Many_at_once_never_spend_more_than_there_is()
    {
        var allowance = new PlanAllowance(Limit(1000), unreported: 0);
        var spent = 0;

        Parallel.For(0, 5000, _ => Interlocked.Add(ref spent, allowance.TrySpend(1) ? 1 : 0));

        Assert.Equal(1000, spent);
    }

    [Fact]
    public void What_is_too_much_for_one_is_there_for_the_others()
    {
        var allowance = new PlanAllowance(Limit(10_000), unreported: 0);
        var spent = 0;

        Parallel.For(0, 20_000, i => Interlocked.Add(ref spent, allowance.TrySpend(i % 2 == 0 ? 10_001 : 1) ? 1 : 0));

        Assert.Equal(10_000, spent);
    }

    [Fact]
    public void A_length_that_no_sum_bears_is_refused_and_changes_nothing()
    {
        var allowance = new PlanAllowance(Limit(10), unreported: 0);

        Assert.True(allowance.TrySpend(1));
        Assert.False(allowance.TrySpend(long.MaxValue));
        Assert.True(allowance.TrySpend(9));
        Assert.False(allowance.TrySpend(long.MaxValue));
        Assert.False(allowance.TrySpend(1));
    }

    [Fact]
    public void An_answer_brings_what_others_used_and_does_not_count_twice_what_was_reported()
    {
        var allowance = new PlanAllowance(Limit(10), unreported: 0);
        Assert.True(allowance.TrySpend(4));
        allowance.Report(4);
        Assert.True(allowance.TrySpend(1));

        allowance.Renew(Limit(10, used: 7));

        Assert.True(allowance.TrySpend(2));
        Assert.False(allowance.TrySpend(1));
    }

    [Fact]
    public void What_was_used_before_the_limit_was_known_and_is_in_no_report_counts()
    {
        var allowance = new PlanAllowance(Limit(10, used: 5), unreported: 3);

        Assert.False(allowance.TrySpend(3));
        Assert.True(allowance.TrySpend(2));
    }

    [Fact]
    public void More_than_the_limit_used_leaves_nothing()
    {
        var allowance = new PlanAllowance(Limit(10, used: 12), unreported: 0);

        Assert.False(allowance.TrySpend(1));
        Assert.True(allowance.TrySpend(0));
    }

    [Fact]
    public void A_new_window_begins_full_and_not_before_its_time()
    {
        var allowance = new PlanAllowance(Limit(3, ends: Noon), unreported: 0);
        Assert.True(allowance.TrySpend(3));

        allowance.Turn(Noon.AddTicks(-1));
        Assert.False(allowance.TrySpend(1));
        allowance.Turn(Noon);
        Assert.True(allowance.TrySpend(3));
        allowance.Turn(Noon.AddYears(1));
        Assert.False(allowance.TrySpend(1));
    }

    private static MeteredLimit Limit(long limit, long used = 0, DateTimeOffset? ends = null) => new()
    {
        Metric = BuiltinMetrics.MessagesIn,
        Period = "hour",
        Limit = limit,
        Used = used,
        EndsAt = ends,
    };
}
