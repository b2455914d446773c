using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Sessions;

/// <summary>Whose session it is, and where it leads.</summary>
/// <param name="Product">System name of the product.</param>
/// <param name="Environment">Environment of the product.</param>
/// <param name="Application">Identifier of the application whose key opened it.</param>
/// <param name="Backend">System name of the backend.</param>
/// <param name="Client">The client's address.</param>
/// <param name="Path">Path that the client asked for, without its query.</param>
/// <param name="Key">Identifier of the key that opened it, as events call it by; null with a token or a ticket.</param>
internal sealed record SessionOwner(
    string Product, string Environment, string? Application, string Backend = "-", string Client = "-", string Path = "-", string? Key = null);

/// <summary>
/// A place among the <see cref="OpenSessions"/>, held from before the backend is dialled until the tunnel has ended, so
/// that a stopping relay waits for handshakes under way too. Disposing gives it back.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly OpenSessions _sessions;
    private readonly TunnelSeries _series;
    private readonly Lock _lock = new();
    private FrameTunnel? _tunnel;
    private TunnelEnd _requested;
    private Traffic _counted;
    private Traffic _recorded;
    private bool _drop;
    private volatile bool _isOver;

    internal Session(OpenSessions sessions, SessionId id, SessionOwner owner, TunnelSeries series)
    {
        (_sessions, Id, Owner, _series) = (sessions, id, owner, series);
    }

    /// <summary>Its name.</summary>
    public SessionId Id { get; }

    /// <summary>Whose it is.</summary>
    public SessionOwner Owner { get; }

    /// <summary>When frames began to pass.</summary>
    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>Whether frames pass.</summary>
    public bool IsOpen => !_isOver && Volatile.Read(ref _tunnel) is not null;

    /// <summary>Whether its place has been given back.</summary>
    public bool IsOver => _isOver;

    /// <summary>Whether it has been told to end because its key is good no more.</summary>
    public bool IsRevoked
    {
        get
        {
            lock (_lock)
            {
                return _requested == TunnelEnd.KeyRevoked;
            }
        }
    }

    /// <summary>What it has carried so far.</summary>
    public Traffic Traffic => Volatile.Read(ref _tunnel) is { } tunnel
        ? new(tunnel.FromClient.Messages, tunnel.FromClient.Bytes, tunnel.FromBackend.Messages, tunnel.FromBackend.Bytes)
        : default;

    /// <summary>When the next line about it is due, as a timestamp; kept here by who writes it.</summary>
    internal long RecordDue { get; set; }

    /// <summary>
    /// Carries frames between both streams, which it owns, until the tunnel has ended. Call once, when the client has its
    /// 101. A relay that began to stop in the meantime tells both sides so at once.
    /// </summary>
    public async Task<TunnelResult> RunAsync(Stream client, Stream backend, TunnelTerms terms)
    {
        OpenedAt = _sessions.Now;
        var tunnel = _sessions.CreateTunnel(client, backend, terms);
        TunnelEnd requested;
        bool drop;
        lock (_lock)
        {
            Volatile.Write(ref _tunnel, tunnel);
            (requested, drop) = (_requested, _drop);
        }

        _series.Opened();
        if (requested != TunnelEnd.None)
        {
            tunnel.RequestEnd(requested);
        }

        if (drop)
        {
            tunnel.Drop(requested);
        }

        try
        {
            var result = await tunnel.RunAsync();
            _sessions.Ended(this, result);
            return result;
        }
        finally
        {
            Count();
            _series.Closed();
            _isOver = true;
        }
    }

    /// <summary>Ends the tunnel with a Close to both sides, at once or as soon as there is one. The first reason stays.</summary>
    public void RequestEnd(TunnelEnd end)
    {
        FrameTunnel? tunnel;
        lock (_lock)
        {
            _requested = _requested == TunnelEnd.None ? end : _requested;
            tunnel = _tunnel;
        }

        tunnel?.RequestEnd(end);
    }

    /// <summary>Has a whole message sent to the client; false when it is too late or too early for that.</summary>
    public bool Say(byte[] message) => Volatile.Read(ref _tunnel)?.Say(message) ?? false;

    /// <summary>Drops both connections, at once or as soon as there is a tunnel.</summary>
    public void Drop(TunnelEnd end)
    {
        FrameTunnel? tunnel;
        lock (_lock)
        {
            (_requested, _drop) = (end, true);
            tunnel = _tunnel;
        }

        tunnel?.Drop(end);
    }

    /// <summary>Has the tunnel look after its times, and counts what has passed. By one thread at a time.</summary>
    public void Pulse()
    {
        Volatile.Read(ref _tunnel)?.Pulse();
        Count();
    }

    /// <summary>Adds what has passed since the last time to the metrics.</summary>
    private void Count()
    {
        Traffic more;
        lock (_lock)
        {
            // Totals are read under the lock too: of two readers the later one must not have the older totals.
            var now = Traffic;
            more = now - _counted;
            _counted = now;
        }

        _series.Carried(more.MessagesIn, more.BytesIn, more.MessagesOut, more.BytesOut);
    }

    /// <summary>What a line of the access log is to say now.</summary>
    public TrafficRecord TakeRecord()
    {
        lock (_lock)
        {
            var now = Traffic;
            var record = new TrafficRecord(now, now - _recorded);
            _recorded = now;
            return record;
        }
    }

    /// <summary>Gives the place back: when all that belongs to it has been counted.</summary>
    public void Dispose()
    {
        _isOver = true;
        _sessions.Remove(this);
    }
}
