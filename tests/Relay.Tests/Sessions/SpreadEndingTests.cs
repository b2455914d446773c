using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Tests.Sessions;

public sealed class SpreadEndingTests
{
    private readonly OpenSessions _sessions = new SessionsRig().Sessions;

    [Fact]
    public void Each_has_its_turn_in_its_share_of_the_time()
    {
        var ending = Ending(100, TimeSpan.FromSeconds(10));

        for (var tenths = 0; tenths < 100; tenths++)
        {
            ending.Advance(TimeSpan.FromSeconds(tenths / 10.0));
            Assert.InRange(ending.Asked, tenths, tenths + 2);
        }

        Assert.Null(ending.Advance(TimeSpan.FromSeconds(10)));
        Assert.Equal((100, 100), (ending.Asked, ending.Left));
    }

    [Fact]
    public void The_next_moment_is_the_one_at_which_the_next_is_asked()
    {
        var ending = Ending(3, TimeSpan.FromSeconds(10));

        var next = ending.Advance(TimeSpan.Zero)!.Value;
        Assert.Equal(1, ending.Asked);
        ending.Advance(next - TimeSpan.FromTicks(1));
        Assert.Equal(1, ending.Asked);
        ending.Advance(next);

        Assert.Equal(2, ending.Asked);
    }

    [Fact]
    public void What_has_ended_is_let_go_of()
    {
        var all = Open(3);
        var ending = new SpreadEnding([.. all], TunnelEnd.Drained, TimeSpan.Zero);
        all[1].Dispose();
        Assert.Equal(2, ending.Left);

        Assert.Null(ending.Advance(TimeSpan.Zero));
        Assert.False(ending.Settle());
        all[0].Dispose();
        all[2].Dispose();

        Assert.True(ending.Settle());
        Assert.Equal((3, 3, 0), (ending.Count, ending.Asked, ending.Left));
    }

    [Fact]
    public void Of_nothing_there_is_nothing_to_do()
    {
        var ending = Ending(0, TimeSpan.FromSeconds(10));

        Assert.Null(ending.Advance(TimeSpan.Zero));
        Assert.True(ending.Settle());
    }

    private SpreadEnding Ending(int count, TimeSpan spread) => new(Open(count), TunnelEnd.Drained, spread);

    private Session[] Open(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _sessions.TryOpen(new SessionOwner("echo", "production", "app-1"))!)];
}
