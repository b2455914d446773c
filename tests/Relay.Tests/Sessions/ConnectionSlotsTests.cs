using Serverless.Relay.Sessions;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

public sealed class ConnectionSlotsTests
{
    private readonly ConnectionSlots _slots = new();

    [Fact]
    public void As_many_as_allowed_are_given_and_one_more_when_one_is_given_back()
    {
        using var first = _slots.TryTake("echo", "app-1", 2);
        var second = _slots.TryTake("echo", "app-1", 2);
        Assert.Null(_slots.TryTake("echo", "app-1", 2));

        second!.Dispose();
        second.Dispose();

        Assert.Equal(1, _slots.Taken("echo", "app-1"));
        Assert.Equal(2, _slots.TryTake("echo", "app-1", 2)!.Number);
    }

    [Fact]
    public void Those_of_others_do_not_count()
    {
        using var first = _slots.TryTake("echo", "app-1", 1);

        Assert.NotNull(_slots.TryTake("echo", "app-2", 1));
        Assert.NotNull(_slots.TryTake("other", "app-1", 1));
    }

    [Fact]
    public void Without_a_limit_they_are_counted_for_the_day_on_which_there_is_one()
    {
        Assert.Equal(1, _slots.TryTake("echo", "app-1", null)!.Number);
        Assert.Equal(2, _slots.TryTake("echo", "app-1", null)!.Number);

        Assert.Null(_slots.TryTake("echo", "app-1", 2));
    }

    [Fact]
    public void A_limit_of_none_gives_none() => Assert.Null(_slots.TryTake("echo", "app-1", 0));

    [Fact]
    public async Task However_many_ask_at_once_no_more_are_given_than_allowed_and_none_is_lost()
    {
        const int most = 5;
        var held = 0;
        var beyond = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (_slots.TryTake("echo", "app-1", most) is { } slot)
                {
                    Interlocked.Add(ref beyond, Interlocked.Increment(ref held) > most ? 1 : 0);
                    Interlocked.Decrement(ref held);
                    slot.Dispose();
                }
            }
        }))).Soon();

        Assert.Equal((0, 0), (beyond, _slots.Taken("echo", "app-1")));
    }
}
