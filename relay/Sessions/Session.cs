using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Sessions;

/// <summary>Whose session it is.</summary>
/// <param name="Product">System name of the product.</param>
/// <param name="Environment">Environment of the product.</param>
/// <param name="Application">Identifier of the application whose key opened it.</param>
internal sealed record SessionOwner(string Product, string Environment, string? Application);

/// <summary>
/// A place among the <see cref="OpenSessions"/>, held from before the backend is dialled until the tunnel has ended, so
/// that a stopping relay waits for handshakes under way too. Disposing gives it back.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly OpenSessions _sessions;
    private readonly Lock _lock = new();
    private FrameTunnel? _tunnel;
    private TunnelEnd _requested;
    private bool _drop;

    internal Session(OpenSessions sessions, SessionOwner owner, DateTimeOffset started)
    {
        (_sessions, Owner, Started) = (sessions, owner, started);
    }

    /// <summary>Whose it is.</summary>
    public SessionOwner Owner { get; }

    /// <summary>When the place was taken.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Whether frames pass already.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _tunnel is not null;
            }
        }
    }

    /// <summary>
    /// Carries frames between both streams, which it owns, until the tunnel has ended. Call once, when the client has its
    /// 101. A relay that began to stop in the meantime tells both sides so at once.
    /// </summary>
    public async Task<TunnelResult> RunAsync(Stream client, Stream backend, TunnelTerms terms)
    {
        var tunnel = _sessions.CreateTunnel(client, backend, terms);
        TunnelEnd requested;
        bool drop;
        lock (_lock)
        {
            _tunnel = tunnel;
            (requested, drop) = (_requested, _drop);
        }

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
            Dispose();
        }
    }

    /// <summary>Ends the tunnel with a Close to both sides, at once or as soon as there is one.</summary>
    public void RequestEnd(TunnelEnd end)
    {
        FrameTunnel? tunnel;
        lock (_lock)
        {
            _requested = end;
            tunnel = _tunnel;
        }

        tunnel?.RequestEnd(end);
    }

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

    /// <summary>Gives the place back. Not needed after <see cref="RunAsync"/>, and harmless.</summary>
    public void Dispose() => _sessions.Remove(this);
}
