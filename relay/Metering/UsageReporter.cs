using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Management;

namespace Serverless.Relay.Metering;

/// <summary>
/// Reports what applications use while they use it. One report at a time is under way; until it is answered, what is used
/// meanwhile adds up for the next. A report that finds no answer is sent again as it is, and counted once.
/// </summary>
internal sealed class UsageReporter(
    Meters meters,
    ManagementClient management,
    RelayIdentity relay,
    IOptions<MeteringOptions> options,
    TimeProvider time,
    ILogger<UsageReporter> log)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Pause _untilAsked = new(time);
    private UsageReport? _unanswered;
    private long _sequence;
    private bool _isAway;

    /// <summary>Reports everything that is used until now; false when the functions did not take it all.</summary>
    public async Task<bool> ReportAsync(CancellationToken cancel)
    {
        while (_unanswered is not null || Collect())
        {
            if (!await SendAsync(_unanswered!, cancel))
            {
                return false;
            }

            _unanswered = null;
        }

        meters.Sweep();
        return true;
    }

    /// <summary>
    /// Reports now, those included that are meant and have used nothing: how they stand may have changed. Null stands for all.
    /// </summary>
    public void Hurry(string? product, string? application)
    {
        meters.Ask(product, application);
        _untilAsked.CutShort();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var reported = time.GetTimestamp();
        try
        {
            var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            var asked = _untilAsked.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
            while (true)
            {
                await Task.WhenAny(tick, asked);
                if (tick.IsCompleted)
                {
                    await tick;
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                    var now = time.GetUtcNow();
                    foreach (var meter in meters.All)
                    {
                        meter.Turn(now);
                    }
                }

                var isAsked = asked.IsCompleted;
                if (isAsked)
                {
                    await asked;
                    asked = _untilAsked.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
                }

                if (isAsked || time.GetElapsedTime(reported) >= options.Value.ReportInterval)
                {
                    reported = time.GetTimestamp();
                    await TryReportAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is reported when everything has ended.
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var late = new CancellationTokenSource(options.Value.LastReportTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (!await ReportAsync(either.Token))
            {
                MeteringLog.Lost(log);
            }
        }
        catch (OperationCanceledException)
        {
            MeteringLog.Lost(log);
        }
    }

    private async Task TryReportAsync(CancellationToken cancel)
    {
        try
        {
            await ReportAsync(cancel);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A bug must not end the relay; what is not reported is with the next report.
            MeteringLog.Fault(log, error);
        }
    }

    // Makes the next report, if there is anything to say.
    private bool Collect()
    {
        List<UsageEntry> entries = [];
        foreach (var meter in meters.All)
        {
            if (entries.Count < UsageReport.MostEntries && meter.Take() is { } entry)
            {
                entries.Add(entry);
            }
        }

        if (entries.Count > 0)
        {
            _unanswered = new UsageReport { Relay = relay.Name, Sequence = _sequence++, Entries = entries };
        }

        return entries.Count > 0;
    }

    private async Task<bool> SendAsync(UsageReport report, CancellationToken cancel)
    {
        switch (await management.ReportAsync(report, cancel))
        {
            case Fetched<UsageReportAnswer>.Fresh(var answer, _):
                Heed(answer);
                if (_isAway)
                {
                    _isAway = false;
                    MeteringLog.Back(log);
                }

                return true;
            case Fetched<UsageReportAnswer>.Away(var why):
                if (!_isAway)
                {
                    _isAway = true;
                    MeteringLog.Away(log, why);
                }

                return false;
            case Fetched<UsageReportAnswer>.Refused(var why):
                // It would be refused for ever, and everything after it would wait.
                MeteringLog.Refused(log, report.Entries.Count, why);
                return true;
            case var other:
                throw new InvalidOperationException($"A report cannot end in {other.GetType().Name}.");
        }
    }

    private void Heed(UsageReportAnswer answer)
    {
        foreach (var entry in answer.Entries)
        {
            if (meters.Find(entry.Product, entry.Application) is not { } meter)
            {
                continue;
            }

            meter.Heed(entry.Limits);
            if (!entry.Active)
            {
                meter.Revoke();
            }
        }
    }
}
