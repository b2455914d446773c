using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Metering;

/// <summary>
/// Counts for its application what one tunnel uses, from the handshake on. What passes is sampled from the session's
/// totals, so that a message has nothing to count twice.
/// </summary>
internal sealed class TunnelMeter(ApplicationMeter application, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private Session? _session;
    private Traffic _counted;
    private long _began;
    private long _seconds;

    /// <summary>Whose it is.</summary>
    public ApplicationMeter Application => application;

    /// <summary>The backend has accepted: the connection counts, and so do its seconds from now on.</summary>
    public void Begin(Session session)
    {
        application[BuiltinMetrics.Connections].Count(1);
        lock (_lock)
        {
            (_session, _began) = (session, time.GetTimestamp());
        }
    }

    /// <summary>Counts what has been used since the last time; the tunnel ends when no second is left for it.</summary>
    public void Sample()
    {
        lock (_lock)
        {
            if (_session is null)
            {
                return;
            }

            var now = _session.Traffic;
            var more = now - _counted;
            _counted = now;
            application[BuiltinMetrics.MessagesIn].Count(more.MessagesIn);
            application[BuiltinMetrics.BytesIn].Count(more.BytesIn);
            application[BuiltinMetrics.MessagesOut].Count(more.MessagesOut);
            application[BuiltinMetrics.BytesOut].Count(more.BytesOut);

            var seconds = (long)time.GetElapsedTime(_began).TotalSeconds - _seconds;
            _seconds += seconds;
            if (!application[BuiltinMetrics.Seconds].Use(seconds))
            {
                _session.RequestEnd(TunnelEnd.PlanLimitReached);
            }
        }
    }

    /// <summary>Ends the tunnel.</summary>
    public void End(TunnelEnd end)
    {
        lock (_lock)
        {
            _session?.RequestEnd(end);
        }
    }

    /// <summary>The tunnel has ended, or never was one: then its connection is given back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_session is null)
            {
                application[BuiltinMetrics.Connections].Return(1);
            }
        }

        Sample();
        application.Remove(this);
    }
}
