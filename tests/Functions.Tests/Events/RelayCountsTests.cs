using Serverless.Functions.Events;

namespace Serverless.Functions.Tests.Events;

public sealed class RelayCountsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RelayCounts _counts = new();

    [Fact]
    public void Without_relays_there_are_no_tunnels_and_that_is_told_once()
    {
        var (tunnels, refusals) = _counts.Next([], Now);

        Assert.Equal((0, 0), (tunnels!.Relays, tunnels.Open.Count));
        Assert.Null(refusals);
        Assert.Equal((null, null), _counts.Next([], Now));
    }

    [Fact]
    public void A_relay_that_is_not_heard_of_any_more_does_not_count_and_its_refusals_are_not_new_when_it_is_back()
    {
        var relay = Relay("r", 3, 5);
        _counts.Next([relay], Now);

        var (gone, _) = _counts.Next([relay], Now + RelaysTable.Life);
        var (back, refusals) = _counts.Next([relay with { At = Now + RelaysTable.Life }], Now + RelaysTable.Life);

        Assert.Equal((0, 1), (gone!.Relays, back!.Relays));
        Assert.Null(refusals);
    }

    [Fact]
    public void A_status_that_is_older_than_the_one_before_makes_nothing_new()
    {
        _counts.Next([], Now);
        Assert.Equal(5, Assert.Single(_counts.Next([Relay("r", 0, 5)], Now).Refusals!.Refused).Count);

        Assert.Null(_counts.Next([Relay("r", 0, 4)], Now).Refusals);
        Assert.Null(_counts.Next([Relay("r", 0, 5)], Now).Refusals);
        Assert.Equal(2, Assert.Single(_counts.Next([Relay("r", 0, 7)], Now).Refusals!.Refused).Count);
    }

    private static KnownRelay Relay(string name, long open, long refused) => new(
        new() { Relay = name, Open = [new("chat", "staging", open)], Refused = [new("chat", "user_key_invalid", refused)] },
        Now);
}
