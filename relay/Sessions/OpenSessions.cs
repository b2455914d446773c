using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Sessions;

/// <summary>Every session of this relay, from its handshake to its end.</summary>
internal sealed class OpenSessions(
    IOptions<TunnelOptions> tunnelOptions,
    IOptions<SessionsOptions> options,
    TimeProvider time,
    RelayMetrics metrics,
    ILogger<OpenSessions> log)
{
    private readonly ConcurrentDictionary<Session, bool> _sessions = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _draining;

    /// <summary>The relay is stopping: no session is opened any more.</summary>
    public bool IsDraining => _draining;

    /// <summary>Sessions whose frames pass, handshakes not included.</summary>
    public int Count => _sessions.Count(entry => entry.Key.IsOpen);

    /// <summary>Takes a place; null when the relay is stopping. To be called before the backend is dialled.</summary>
    public Session? TryOpen(SessionOwner owner)
    {
        var session = new Session(this, owner, time.GetUtcNow());
        _sessions[session] = true;

        // Looked at after the session is listed: a drain that begins in between either sees it or is seen here.
        if (_draining)
        {
            Remove(session);
            return null;
        }

        return session;
    }

    /// <summary>
    /// Refuses new sessions, ends all with <see cref="TunnelEnd.ShuttingDown"/>, waits for them as long as
    /// <see cref="SessionsOptions.DrainTimeout"/> or <paramref name="hurry"/> allows, and drops the rest.
    /// </summary>
    public async Task DrainAsync(CancellationToken hurry)
    {
        _draining = true;
        var count = _sessions.Count;
        SessionsLog.Draining(log, count, options.Value.DrainTimeout);
        foreach (var session in _sessions.Keys)
        {
            session.RequestEnd(TunnelEnd.ShuttingDown);
        }

        SignalIfEmpty();
        try
        {
            await _empty.Task.WaitAsync(options.Value.DrainTimeout, time, hurry);
            SessionsLog.Drained(log, count);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            SessionsLog.Dropping(log, _sessions.Count);
            foreach (var session in _sessions.Keys)
            {
                session.Drop(TunnelEnd.ShuttingDown);
            }
        }
    }

    internal FrameTunnel CreateTunnel(Stream client, Stream backend, TunnelTerms terms) =>
        new(client, backend, terms, tunnelOptions.Value, time, metrics.LimitReached);

    internal void Ended(Session session, TunnelResult result)
    {
        if (result.Fault is { } fault)
        {
            SessionsLog.Fault(log, session.Owner.Product, fault);
        }
    }

    internal void Remove(Session session)
    {
        _sessions.TryRemove(session, out _);
        SignalIfEmpty();
    }

    private void SignalIfEmpty()
    {
        if (_draining && _sessions.IsEmpty)
        {
            _empty.TrySetResult();
        }
    }
}
