using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Overload;

/// <summary>Looks once a second at what the relay uses, so that a handshake only has to look at the outcome.</summary>
internal sealed class OverloadWatch(
    Occupancy occupancy,
    FileDescriptors descriptors,
    Readiness readiness,
    RelayMetrics metrics,
    IOptions<OverloadOptions> options,
    TimeProvider time,
    ILogger<OverloadWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Watermarks _marks = new(options.Value);
    private volatile Shortage _shortage;

    /// <summary>Whether new requests are to go elsewhere.</summary>
    public bool IsOverloaded => _shortage != Shortage.None;

    /// <summary>When they may come back.</summary>
    public TimeSpan RetryAfter => options.Value.RetryAfter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                Look();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The relay stops.
        }
    }

    private void Look()
    {
        var use = new ResourceUse((double)occupancy.Tunnels / (options.Value.MaxTunnels ?? int.MaxValue), descriptors.Share(), MemoryShare());
        var shortage = _marks.Take(use);
        if (shortage != _shortage)
        {
            OverloadLog.Changed(log, shortage == Shortage.None ? LogLevel.Information : LogLevel.Warning, _shortage, shortage, use);
            if (shortage != Shortage.None)
            {
                metrics.Overloaded(shortage.ToString().ToLowerInvariant());
            }

            _shortage = shortage;
            readiness.Overloaded = IsOverloaded;
        }

        if (occupancy.TakeTurnedAway() is > 0 and var count)
        {
            OverloadLog.TurnedAway(log, count, options.Value.MaxConnections ?? 0);
        }
    }

    private static double MemoryShare() =>
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var limit ? (double)Environment.WorkingSet / limit : 0;
}
