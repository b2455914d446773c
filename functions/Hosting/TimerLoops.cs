using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Functions.Hosting;

/// <summary>
/// Runs the timers where there is no Functions host: each when it is due, never beside itself, and until the app stops. A
/// run that fails is logged, and the next one comes all the same; one that was due while another still ran is left out.
/// The setting <c>AzureWebJobs.{function}.Disabled</c> turns one off, as under a Functions host.
/// </summary>
internal sealed partial class TimerLoops(
    FunctionList functions,
    IServiceProvider services,
    IConfiguration settings,
    TimeProvider clock,
    ILogger<TimerLoops> logger) : BackgroundService
{
    // A wait may not be of any length, and the clock may be set.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(functions.Timers.Where(IsEnabled).Select(timer => RepeatAsync(timer, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of every loop. A host that is disposed of without being stopped would take it for a failure.
        }
    }

    private bool IsEnabled(TimerFunction timer) =>
        settings[$"AzureWebJobs.{timer.Name}.Disabled"] is not { } disabled
        || !(disabled == "1" || string.Equals(disabled, "true", StringComparison.OrdinalIgnoreCase));

    private async Task RepeatAsync(TimerFunction timer, CancellationToken stop)
    {
        var last = default(DateTimeOffset);
        while (true)
        {
            var due = timer.NextAfter(clock.GetUtcNow());
            while (due - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left < LongestWait ? left : LongestWait, clock, stop);
            }

            await RunAsync(timer, last, stop);
            last = due;
        }
    }

    private async Task RunAsync(TimerFunction timer, DateTimeOffset last, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var info = new TimerInfo
        {
            ScheduleStatus = new()
            {
                Last = last.UtcDateTime,
                Next = timer.NextAfter(now).UtcDateTime,
                LastUpdated = now.UtcDateTime,
            },
        };
        try
        {
            await timer.RunAsync(services.GetRequiredService(timer.Method.DeclaringType!), info, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            // Whatever it was, the next run may well succeed; the host does the same.
            Failed(e, timer.Name);
        }
    }

    [LoggerMessage(6000, LogLevel.Error, "Timer {Function} failed; it runs again when it is due.", EventName = "TimerFailed")]
    private partial void Failed(Exception exception, string function);

    // The next free id is 6001.
}
