using Serverless.Relay.Sockets;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sockets;

public sealed class ReadySignalTests
{
    private readonly ReadySignal _signal = new();

    [Fact]
    public async Task One_signal_is_remembered_until_somebody_waits()
    {
        _signal.Set();
        _signal.Set();

        await _signal.WaitAsync().Soon();
        var second = _signal.WaitAsync().AsTask();
        Assert.False(second.IsCompleted);

        _signal.Set();
        await second.Soon();
    }

    [Fact]
    public async Task No_signal_is_lost_between_threads()
    {
        const int Rounds = 20_000;
        var there = 0;
        var back = new ReadySignal();
        var other = Task.Run(async () =>
        {
            for (var i = 1; i <= Rounds; i++)
            {
                while (Volatile.Read(ref there) < i)
                {
                    await _signal.WaitAsync();
                }

                back.Set();
            }
        });

        for (var i = 1; i <= Rounds; i++)
        {
            Volatile.Write(ref there, i);
            _signal.Set();
            await back.WaitAsync().Soon();
        }

        await other.Soon();
    }

    [Fact]
    public async Task A_wait_that_is_given_up_leaves_the_next_one_alone()
    {
        using var enough = new CancellationTokenSource();
        var givenUp = _signal.WaitAsync(enough.Token).AsTask();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Soon());
        var next = _signal.WaitAsync().AsTask();
        Assert.False(next.IsCompleted);
        _signal.Set();
        await next.Soon();
    }
}
