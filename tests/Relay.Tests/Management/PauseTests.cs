using Serverless.Relay.Management;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Management;

public sealed class PauseTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task It_lasts_as_long_as_it_is_to()
    {
        var pause = new Pause(_time);
        var waiting = pause.WaitAsync(TimeSpan.FromSeconds(5), default);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        var early = waiting.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal((false, false), (early, await waiting.Soon()));
    }

    [Fact]
    public async Task It_is_cut_short_once_for_each_time_and_before_it_begins_too()
    {
        var pause = new Pause(_time);
        var waiting = pause.WaitAsync(TimeSpan.FromSeconds(5), default);
        pause.CutShort();
        var first = await waiting.Soon();
        pause.CutShort();
        var second = await pause.WaitAsync(TimeSpan.FromSeconds(5), default).Soon();
        var third = pause.WaitAsync(TimeSpan.FromSeconds(5), default);

        Assert.Equal((true, true, false), (first, second, third.IsCompleted));
    }

    [Fact]
    public async Task It_ends_with_who_waits()
    {
        using var stop = new CancellationTokenSource();
        var waiting = new Pause(_time).WaitAsync(Timeout.InfiniteTimeSpan, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }
}
