using Serverless.Relay.Overload;

namespace Serverless.Relay.Tests.Overload;

public sealed class WatermarksTests
{
    private readonly Watermarks _marks = new(new OverloadOptions { Descriptors = 0.9, Memory = 0.8, Relief = 0.5 });

    [Fact]
    public void Below_every_mark_nothing_is_short() =>
        Assert.Equal(Shortage.None, _marks.Take(new ResourceUse(0.99, 0.89, 0.79)));

    [Fact]
    public void Each_mark_counts_from_the_mark_on()
    {
        Assert.Equal(Shortage.Tunnels, Fresh().Take(new ResourceUse(1, 0, 0)));
        Assert.Equal(Shortage.Descriptors, Fresh().Take(new ResourceUse(0, 0.9, 0)));
        Assert.Equal(Shortage.Memory, Fresh().Take(new ResourceUse(0, 0, 0.8)));
    }

    [Fact]
    public void It_lasts_until_the_use_is_below_the_low_mark()
    {
        Assert.Equal(Shortage.Memory, _marks.Take(new ResourceUse(0, 0, 0.8)));
        Assert.Equal(Shortage.Memory, _marks.Take(new ResourceUse(0, 0, 0.79)));
        Assert.Equal(Shortage.Memory, _marks.Take(new ResourceUse(0, 0, 0.4)));
        Assert.Equal(Shortage.None, _marks.Take(new ResourceUse(0, 0, 0.39)));
        Assert.Equal(Shortage.None, _marks.Take(new ResourceUse(0, 0, 0.79)));
    }

    [Fact]
    public void One_shortage_may_take_over_from_another()
    {
        Assert.Equal(Shortage.Descriptors, _marks.Take(new ResourceUse(0, 0.95, 0.9)));
        Assert.Equal(Shortage.Memory, _marks.Take(new ResourceUse(0, 0.1, 0.9)));
        Assert.Equal(Shortage.None, _marks.Take(new ResourceUse(0, 0.1, 0.1)));
    }

    [Fact]
    public void Every_wrong_setting_is_named()
    {
        var failures = new OverloadOptionsValidator().Validate(null, new OverloadOptions
        {
            MaxConnections = 0,
            MaxTunnels = -1,
            Descriptors = 0,
            Memory = 1.5,
            Relief = double.NaN,
            RetryAfter = TimeSpan.Zero,
        }).Failures!;

        Assert.Equal(
            [
                "Relay:Overload:MaxConnections is 0: it needs 1 or more.",
                "Relay:Overload:MaxTunnels is -1: it needs 1 or more.",
                "Relay:Overload:Descriptors is 0: it needs more than 0, and 1 at most.",
                "Relay:Overload:Memory is 1.5: it needs more than 0, and 1 at most.",
                "Relay:Overload:Relief is NaN: it needs more than 0, and 1 at most.",
                "Relay:Overload:RetryAfter is 00:00:00: it needs 00:00:01 to 01:00:00.",
            ],
            failures);
    }

    private static Watermarks Fresh() => new(new OverloadOptions { Descriptors = 0.9, Memory = 0.8 });
}
