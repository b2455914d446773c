using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Housekeeping;

/// <summary>Whose turn a chore is, and where it goes on.</summary>
public sealed class ChoresTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private FunctionsApp _app = null!;

    public async Task InitializeAsync() => _app = await FunctionsApp.StartAsync();

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_chore_is_done_once_a_day_however_often_it_is_called()
    {
        var runs = 0;
        for (var hour = 0; hour < 48; hour++)
        {
            await Process().RunAsync("chore", _ => Task.FromResult(runs++), default).Soon();
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task Two_processes_do_not_do_the_same_chore()
    {
        var runs = 0;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            Process().RunAsync("chore", _ => Task.FromResult(Interlocked.Increment(ref runs)), default))).Soon();

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task What_takes_too_long_goes_on_in_the_next_hour_from_where_it_was()
    {
        await Process().RunAsync(
            "chore",
            async sweep =>
            {
                sweep.After = "here";
                _time.Advance(TimeSpan.FromMinutes(4));
                await Task.Delay(Timeout.Infinite, sweep.Cancel);
            },
            default).Soon();

        var after = "";
        await Process().RunAsync("chore", sweep => Task.FromResult(after = sweep.After), default).Soon();

        Assert.Equal("here", after);
    }

    [Fact]
    public async Task What_failed_or_was_stopped_is_tried_again_when_its_turn_is_over()
    {
        using var stopping = new CancellationTokenSource();
        var stopped = Process().RunAsync(
            "chore",
            async sweep =>
            {
                await stopping.CancelAsync();
                await Task.Delay(Timeout.Infinite, sweep.Cancel);
            },
            stopping.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.Soon());

        var runs = 0;
        await Process().RunAsync("chore", _ => Task.FromResult(runs++), default).Soon();
        Assert.Equal(0, runs);
        _time.Advance(TimeSpan.FromMinutes(10));
        await Process().RunAsync("chore", _ => Task.FromResult(runs++), default).Soon();

        Assert.Equal(1, runs);
    }

    private Chores Process() =>
        new(_app.Services.GetRequiredService<TableAccount>(), _time, NullLogger<Chores>.Instance);
}
