using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Sessions;

/// <summary>Every session of this relay, from its handshake to its end.</summary>
internal sealed class OpenSessions(
    IOptions<TunnelOptions> tunnelOptions, RelayMetrics metrics, TimeProvider time, ILogger<OpenSessions> log)
{
    /// <summary>Sessions lie in so many slices, each looked at in its part of a second.</summary>
    public const int Slices = 8;

    private readonly ConcurrentDictionary<SessionId, Session>[] _slices =
        [.. Enumerable.Range(0, Slices).Select(_ => new ConcurrentDictionary<SessionId, Session>())];

    private readonly EndOrders _orders = new();
    private readonly LimitReached _reached = metrics.LimitReached;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;
    private bool _draining;

    /// <summary>The relay is stopping: no session is opened any more.</summary>
    public bool IsDraining => Volatile.Read(ref _draining);

    /// <summary>Sessions whose frames pass, handshakes not included.</summary>
    public int Count => All.Count(session => session.IsOpen);

    /// <summary>Sessions and handshakes under way.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Done when the relay is stopping and nothing is held any more.</summary>
    public Task Emptied => _empty.Task;

    /// <summary>All of them, handshakes under way included, without a lock: what comes or goes meanwhile may be missed.</summary>
    public IEnumerable<Session> All => Enumerable.Range(0, Slices).SelectMany(Slice);

    /// <summary>How many orders to end sessions there have been: see <see cref="TryOpen"/>.</summary>
    public long Ordered => _orders.Count;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes a place; null when the relay is stopping. To be called before the backend is dialled.</summary>
    /// <param name="owner">Whose it is to be.</param>
    /// <param name="ordered">
    /// <see cref="Ordered"/> from before it was decided that it may be opened: it heeds what was ordered since. Left out, it heeds nothing.
    /// </param>
    public Session? TryOpen(SessionOwner owner, long ordered = long.MaxValue)
    {
        var series = metrics.Tunnels(owner.Product, owner.Environment);
        Interlocked.Increment(ref _held);
        Session session;
        do
        {
            session = new Session(this, SessionId.Next(), owner, series);
        }
        while (!SliceOf(session.Id).TryAdd(session.Id, session));

        // Looked at after the session is listed: a drain that begins in between either sees it or is seen here.
        if (IsDraining)
        {
            session.Dispose();
            return null;
        }

        // After it is listed, for the same reason.
        if (_orders.Since(ordered, session) is var end and not TunnelEnd.None)
        {
            session.RequestEnd(end);
        }

        return session;
    }

    /// <summary>
    /// Ends all sessions that are meant, those included whose handshake is under way and has yet to take its place. Returns how
    /// many were found.
    /// </summary>
    public int End(SessionFilter filter, TunnelEnd end)
    {
        _orders.Add(filter, end);
        var found = 0;
        foreach (var session in All)
        {
            if (filter.Matches(session))
            {
                session.RequestEnd(end);
                found++;
            }
        }

        return found;
    }

    /// <summary>Has handshakes under way that are meant end like this when they take their place, and leaves what is open.</summary>
    public void EndUnderWay(SessionFilter filter, TunnelEnd end) => _orders.Add(filter, end);

    /// <summary>The session of this name, or null.</summary>
    public Session? Find(SessionId id) => SliceOf(id).GetValueOrDefault(id);

    /// <summary>The sessions of one slice.</summary>
    public IEnumerable<Session> Slice(int slice)
    {
        foreach (var (_, session) in _slices[slice])
        {
            yield return session;
        }
    }

    /// <summary>From now on nothing is opened. Returns what is left.</summary>
    public Session[] BeginDrain()
    {
        // A full fence: the flag is seen by others before their sessions are looked for here.
        Interlocked.Exchange(ref _draining, true);
        metrics.Draining(() => Held);
        SignalIfEmpty();
        return [.. All];
    }

    internal FrameTunnel CreateTunnel(Stream client, Stream backend, TunnelTerms terms) =>
        new(client, backend, terms, tunnelOptions.Value, time, _reached);

    internal void Ended(Session session, TunnelResult result)
    {
        var row = result.End.Row();
        metrics.TunnelEnded(row.Tag, row.Actor.Tag(), result.Duration);
        if (result.Fault is { } fault)
        {
            SessionsLog.Fault(log, session.Id, session.Owner.Product, fault);
        }
    }

    internal void Remove(Session session)
    {
        if (SliceOf(session.Id).TryRemove(KeyValuePair.Create(session.Id, session)))
        {
            Interlocked.Decrement(ref _held);
            if (IsDraining)
            {
                SignalIfEmpty();
            }
        }
    }

    private ConcurrentDictionary<SessionId, Session> SliceOf(SessionId id) => _slices[id.Value % Slices];

    private void SignalIfEmpty()
    {
        if (Held == 0)
        {
            _empty.TrySetResult();
        }
    }
}
