using System.Collections.Concurrent;
using Serverless.Functions.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Storage;

public sealed class BatchQueueTests
{
    private readonly BatchQueue<int> _queue = new();
    private readonly ConcurrentQueue<int[]> _batches = new();
    private readonly TaskCompletionSource _open = new();
    private readonly TaskCompletionSource _entered = new();

    [Fact]
    public async Task Those_who_wait_are_done_in_one_batch()
    {
        var first = RunAsync(0);
        await _entered.Task.Soon();
        var others = Enumerable.Range(1, 50).Select(RunAsync).ToList();
        _open.SetResult();

        await Task.WhenAll([first, .. others]).Soon();

        Assert.Equal(2, _batches.Count);
        Assert.Equal([0], _batches.First());
        Assert.Equal(Enumerable.Range(1, 50), _batches.Last());
    }

    [Fact]
    public async Task Another_key_does_not_wait()
    {
        var first = RunAsync(0);
        await _entered.Task.Soon();

        await _queue.RunAsync("other", 1, _ => Task.CompletedTask).Soon();

        Assert.False(first.IsCompleted);
        _open.SetResult();
        await first.Soon();
    }

    [Fact]
    public async Task A_failure_reaches_its_whole_batch_and_nobody_after_it()
    {
        var first = RunAsync(0);
        await _entered.Task.Soon();
        var failing = Enumerable.Range(1, 3)
            .Select(n => _queue.RunAsync("key", n, _ => Task.FromException(new TimeoutException())))
            .ToList();
        _open.SetResult();
        await first.Soon();

        foreach (var task in failing)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => task.Soon());
        }

        await RunAsync(4).Soon();
        Assert.Equal([4], _batches.Last());
    }

    [Fact]
    public async Task Every_job_is_done_exactly_once_however_many_arrive()
    {
        _open.SetResult();

        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(n => Task.Run(() => RunAsync(n)))).Soon();

        Assert.Equal(Enumerable.Range(0, 5_000), _batches.SelectMany(batch => batch).Order());
    }

    private Task RunAsync(int job) => _queue.RunAsync("key", job, async jobs =>
    {
        _batches.Enqueue([.. jobs]);
        _entered.TrySetResult();
        await _open.Task;
    });
}
