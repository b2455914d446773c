using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Hosting;
using Serverless.Functions.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>Timers where there is no Functions host.</summary>
public sealed class TimerTests : IAsyncDisposable
{
    private readonly WatchedTime _time = new();
    private readonly RecordedLog _log = new();
    private readonly Clockwork _clockwork = new();
    private TimerLoops? _loops;

    public async ValueTask DisposeAsync()
    {
        if (_loops is not null)
        {
            await _loops.StopAsync(default).Soon();
            _loops.Dispose();
        }

        _log.Dispose();
    }

    [Fact]
    public async Task Runs_when_it_is_due_and_tells_when_it_will_be_again()
    {
        await StartAsync();

        await ToDueAsync(TimeSpan.FromMinutes(5));
        var first = await _clockwork.RunAsync();
        first.Ended.SetResult();
        await ToDueAsync(TimeSpan.FromMinutes(10));
        var second = await _clockwork.RunAsync();
        second.Ended.SetResult();

        Assert.Equal(new DateTime(2030, 1, 1, 0, 15, 0, DateTimeKind.Utc), first.Timer.ScheduleStatus!.Next);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 5, 0, DateTimeKind.Utc), second.Timer.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task Never_runs_beside_itself_and_leaves_out_what_was_due_meanwhile()
    {
        await StartAsync();
        await ToDueAsync(TimeSpan.FromMinutes(5));
        var first = await _clockwork.RunAsync();

        _time.Advance(TimeSpan.FromMinutes(22));
        first.Ended.SetResult();

        await ToDueAsync(TimeSpan.FromMinutes(8));
        (await _clockwork.RunAsync()).Ended.SetResult();
        Assert.False(_clockwork.HasRun);
    }

    [Fact]
    public async Task Logs_a_failure_and_runs_again()
    {
        await StartAsync();
        await ToDueAsync(TimeSpan.FromMinutes(5));
        (await _clockwork.RunAsync()).Ended.SetException(new InvalidOperationException("A bug."));

        await ToDueAsync(TimeSpan.FromMinutes(10));
        (await _clockwork.RunAsync()).Ended.SetResult();

        Assert.Contains("Timer ticking failed", Assert.Single(_log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_cancelled_when_the_app_stops()
    {
        await StartAsync();
        await ToDueAsync(TimeSpan.FromMinutes(5));
        var run = await _clockwork.RunAsync();

        await _loops!.StopAsync(default).Soon();

        Assert.True(run.Cancel.IsCancellationRequested);
        Assert.Empty(_log.Errors);
    }

    [Fact]
    public async Task Does_not_run_when_it_is_turned_off()
    {
        await StartAsync(("AzureWebJobs.ticking.Disabled", "True"));

        await _loops!.ExecuteTask!.Soon();
    }

    [Fact]
    public void A_malformed_schedule_stops_the_start()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new FunctionList([typeof(Confused)]));

        Assert.Contains("'confused' has schedule '5 * * * *'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_timer_of_the_app_can_be_called()
    {
        await using var app = await FunctionsApp.StartAsync();

        foreach (var timer in app.Services.GetRequiredService<FunctionList>().Timers)
        {
            await timer.RunAsync(app.Services.GetRequiredService(timer.Method.DeclaringType!), new TimerInfo(), default).Soon();
        }
    }

    [Fact]
    public async Task Timers_run_by_themselves_in_the_app()
    {
        await using var app = await FunctionsApp.StartAsync(
            new Dictionary<string, string?> { ["AzureWebJobs.housekeeping-usage.Disabled"] = "false" },
            services => services.AddSingleton<TimeProvider>(_time));

        // It is midnight, and the chore is due three minutes past every hour. It takes four minutes at most, and waits for the
        // next hour when it is done.
        await ToDueAsync(TimeSpan.FromMinutes(3));
        await ToWaitAsync(TimeSpan.FromMinutes(4));
        await ToWaitAsync(TimeSpan.FromHours(1));

        var chores = app.Services.GetRequiredService<TableAccount>().Table("housekeeping");
        Assert.Equal(_time.GetUtcNow(), (await chores.FindAsync("chores", "housekeeping-usage", default).Soon())?.GetDateTimeOffset("DoneAt"));
    }

    private Task StartAsync(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection().AddSingleton(_clockwork).BuildServiceProvider();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => s.Name, string? (s) => s.Value)).Build();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _loops = new(new FunctionList([typeof(Clockwork)]), services, configuration, _time, logs.CreateLogger<TimerLoops>());
        return _loops.StartAsync(default).Soon();
    }

    // Waits until the loop does, for just so long, and lets that time pass.
    private async Task ToDueAsync(TimeSpan expected)
    {
        await ToWaitAsync(expected);
        _time.Advance(expected);
    }

    private async Task ToWaitAsync(TimeSpan expected) => Assert.Equal(expected, await _time.Waits.Reader.ReadAsync().Soon());

    private sealed record Run(TimerInfo Timer, TaskCompletionSource Ended, CancellationToken Cancel);

    private sealed class Clockwork
    {
        private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();

        public bool HasRun => _runs.Reader.TryPeek(out _);

        [Function("ticking")]
        public async Task TickAsync([TimerTrigger("0 5,15,25,35,45,55 * * * *")] TimerInfo timer, CancellationToken cancel)
        {
            var run = new Run(timer, new(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
            _runs.Writer.TryWrite(run);
            await run.Ended.Task.WaitAsync(cancel);
        }

        public Task<Run> RunAsync() => _runs.Reader.ReadAsync().Soon();
    }

    private sealed class Confused
    {
        [Function("confused")]
        public static Task RunAsync([TimerTrigger("5 * * * *")] TimerInfo timer) => Task.Delay(TimeSpan.Zero);
    }

    // Tells who begins to wait, and for how long.
    private sealed class WatchedTime : TimeProvider
    {
        private readonly ManualTime _time = new();

        public Channel<TimeSpan> Waits { get; } = Channel.CreateUnbounded<TimeSpan>();

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public void Advance(TimeSpan by) => _time.Advance(by);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _time.CreateTimer(callback, state, dueTime, period);
            Waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
