using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>
/// Looks at every open session once a second, so that no message has to look at a clock: has its times judged, counts what has passed, and has
/// a line about it written when one is due. Allocates nothing for a session about which there is nothing to write.
/// </summary>
internal sealed class SessionPulse(
    OpenSessions sessions, OperatorDrains drains, IOptions<SessionsOptions> options, TimeProvider time, ILogger<SessionPulse> log)
    : BackgroundService
{
    /// <summary>Pause between two slices.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1) / OpenSessions.Slices;

    private readonly TimeSpan _interval = options.Value.RecordInterval;

    /// <summary>Looks at the sessions of one slice.</summary>
    internal void Pulse(int slice)
    {
        var now = time.GetTimestamp();
        foreach (var session in sessions.Slice(slice))
        {
            if (session.IsOpen)
            {
                Pulse(session, now);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await BeatAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The relay has stopped, or could not start.
        }
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var started = time.GetTimestamp();
        long done = 0;
        while (await timer.WaitForNextTickAsync(stop))
        {
            drains.Advance();

            // A tick may come late, and stand for several; but no slice needs two looks at once.
            var due = (long)(time.GetElapsedTime(started) / Beat);
            done = Math.Max(done, due - OpenSessions.Slices);
            while (done < due)
            {
                Pulse((int)(done++ % OpenSessions.Slices));
            }
        }
    }

    private void Pulse(Session session, long now)
    {
        try
        {
            session.Pulse();
            if (_interval > TimeSpan.Zero)
            {
                RecordIfDue(session, now);
            }
        }
        catch (Exception fault)
        {
            // A bug that one session meets must not leave all others without a pulse, nor be met again every second.
            SessionsLog.Fault(log, session.Id, session.Owner.Product, fault);
            session.Drop(TunnelEnd.RelayFault);
        }
    }

    private void RecordIfDue(Session session, long now)
    {
        var interval = (long)(_interval.TotalSeconds * time.TimestampFrequency);
        if (session.RecordDue == 0)
        {
            // Seen for the first time, within a second after it was opened.
            session.RecordDue = now + interval;
        }
        else if (now >= session.RecordDue)
        {
            session.RecordDue = now + interval;
            var (total, since) = session.TakeRecord();
            var owner = session.Owner;
            SessionsLog.Open(
                log,
                session.Id,
                owner.Path,
                owner.Product,
                owner.Environment,
                owner.Application,
                owner.Backend,
                owner.Client,
                (time.GetUtcNow() - session.OpenedAt).TotalSeconds,
                total.MessagesIn,
                total.BytesIn,
                total.MessagesOut,
                total.BytesOut,
                since.MessagesIn,
                since.BytesIn,
                since.MessagesOut,
                since.BytesOut);
        }
    }
}
