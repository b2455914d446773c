using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>
/// The last orders to end sessions, numbered, so that a handshake that was decided on before an order and joins the sessions
/// after it is found by it too. Bounded: who has missed more than are kept is told to come back.
/// </summary>
internal sealed class EndOrders
{
    /// <summary>So many are kept: more than can be heard of while a handshake is decided on.</summary>
    public const int Kept = 1024;

    private readonly Lock _lock = new();
    private readonly (SessionFilter Filter, TunnelEnd End)[] _last = new (SessionFilter, TunnelEnd)[Kept];
    private long _count;

    /// <summary>Orders so far: what is decided from now on knows of them.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Notes an order. To be called before the sessions are looked through.</summary>
    public void Add(SessionFilter filter, TunnelEnd end)
    {
        lock (_lock)
        {
            _last[_count++ % Kept] = (filter, end);
        }
    }

    /// <summary>How a session is to end by an order that is not among the first so many; None if it is not. To be asked after it is listed.</summary>
    public TunnelEnd Since(long known, Session session)
    {
        lock (_lock)
        {
            if (_count - known > Kept)
            {
                return TunnelEnd.Drained;
            }

            for (var order = known; order < _count; order++)
            {
                if (_last[order % Kept] is var (filter, end) && filter.Matches(session))
                {
                    return end;
                }
            }

            return TunnelEnd.None;
        }
    }
}
