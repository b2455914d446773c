using Serverless.Functions.Applications;
using Serverless.Functions.Plans;
using Serverless.Functions.Statements;

namespace Serverless.Functions.Tests.Statements;

public sealed class ReckoningTests
{
    private static readonly PricingRule[] Ranges = [new("hits", 101, null, 0.005m), new("hits", 1, 100, 0.01m)];

    [Theory]
    [InlineData("2030-01-01", 0, "2030-01", 31, 31.0)]
    [InlineData("2030-01-01", 0, "2030-02", 28, 31.0)]
    [InlineData("2030-01-16", 0, "2030-01", 16, 16.0)]
    [InlineData("2030-01-31", 0, "2030-01", 1, 1.0)]
    [InlineData("2030-02-01", 0, "2030-01", 0, 0)]
    [InlineData("2030-01-10", 14, "2030-01", 8, 8.0)]
    [InlineData("2030-01-18", 14, "2030-01", 0, 0)]
    [InlineData("2030-01-18", 14, "2030-02", 28, 31.0)]
    [InlineData("2030-01-20", 14, "2030-02", 26, 28.7857)]
    [InlineData("2027-12-31", 60, "2028-02", 1, 1.069)]
    public void The_fixed_cost_is_for_the_days_of_the_month_after_creation_and_trial(
        string created,
        int trial,
        string month,
        int days,
        double cost)
    {
        var statement = Reckon(created, new() { CostPerMonth = 31, TrialPeriodDays = trial }, month, []);

        Assert.Equal(days, statement.Lines.SingleOrDefault()?.Units ?? 0);
        Assert.Equal((decimal)cost, statement.Total);
    }

    [Theory]
    [InlineData("2029-12-31", 0, false)]
    [InlineData("2030-01-01", 0, true)]
    [InlineData("2030-01-31", 0, true)]
    [InlineData("2030-01-31", 1, false)]
    [InlineData("2029-12-31", 1, true)]
    public void The_setup_fee_is_due_once_in_the_month_of_the_first_day_paid(string created, int trial, bool isDue)
    {
        var statement = Reckon(created, new() { SetupFee = 5, TrialPeriodDays = trial }, "2030-01", []);

        Assert.Equal(isDue ? [LineKind.Setup] : [], statement.Lines.Select(line => line.Kind));
        Assert.Equal(isDue ? 5 : 0, statement.Total);
    }

    [Theory]
    [InlineData(0, new long[0], 0)]
    [InlineData(1, new long[] { 1 }, 0.01)]
    [InlineData(100, new long[] { 100 }, 1.0)]
    [InlineData(101, new long[] { 100, 1 }, 1.005)]
    [InlineData(1_000, new long[] { 100, 900 }, 5.5)]
    public void Each_unit_costs_what_the_range_says_that_it_falls_into(long used, long[] units, double total)
    {
        var statement = Reckon("2030-01-01", new(), "2030-01", Ranges, used);

        Assert.Equal(units, statement.Lines.Select(line => line.Units));
        Assert.Equal((decimal)total, statement.Total);
        Assert.Equal(
            new (long?, long?, decimal?)[] { (1, 100, 0.01m), (101, null, 0.005m) }[..units.Length],
            statement.Lines.Select(line => (line.From, line.To, line.CostPerUnit)));
    }

    [Fact]
    public void Units_in_no_range_cost_nothing_and_usage_costs_in_the_trial_too()
    {
        PricingRule[] gap = [new("hits", 11, 20, 1), new("messages", 1, null, 0.0001m)];

        var statement = Reckon("2030-01-01", new() { TrialPeriodDays = 90, CostPerMonth = 10 }, "2030-01", gap, used: 15);

        var line = Assert.Single(statement.Lines);
        Assert.Equal(("hits", 5, 5m), (line.Metric, line.Units, line.Cost));
    }

    [Fact]
    public void As_much_as_can_be_counted_at_the_highest_price_can_be_written_down()
    {
        var statement = Reckon("2030-01-01", new(), "2030-01", [new("hits", 1, null, 1_000_000m)], long.MaxValue);

        Assert.Equal(9223372036854775807m * 1_000_000m, statement.Total);
    }

    [Theory]
    [InlineData("2030-1")]
    [InlineData("2030-13")]
    [InlineData("2030-00")]
    [InlineData("0000-01")]
    [InlineData("2030-01-01")]
    [InlineData("9999-12")]
    [InlineData("now")]
    public void What_is_no_month_is_none(string text) => Assert.Null(StatementMonth.Parse(text));

    private static Statement Reckon(
        string created,
        Terms terms,
        string month,
        PricingRule[] prices,
        long used = 0) => Reckoning.Of(
            new Application
            {
                Id = "shop",
                Account = "acme",
                Product = "chat",
                Plan = "gold",
                Name = "Shop",
                AppId = "shop",
                ClientId = "shop",
                State = ApplicationState.Live,

                // Late in the day: the day counts all the same.
                CreatedAt = DateTimeOffset.Parse(created + "T23:59:59Z", System.Globalization.CultureInfo.InvariantCulture),
            },
            new Plan
            {
                SystemName = "gold",
                Name = "Gold",
                State = PlanStates.Published,
                CostPerMonth = terms.CostPerMonth,
                SetupFee = terms.SetupFee,
                TrialPeriodDays = terms.TrialPeriodDays,
            },
            prices,
            new Dictionary<string, long> { ["hits"] = used },
            StatementMonth.Parse(month)!.Value);

    private sealed record Terms
    {
        public decimal CostPerMonth { get; init; }

        public decimal SetupFee { get; init; }

        public int TrialPeriodDays { get; init; }
    }
}
