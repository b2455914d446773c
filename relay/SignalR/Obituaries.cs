namespace Serverless.Relay.SignalR;

/// <summary>
/// What webhooks are still told of connections that have ended. No connection waits for that, so that one that hangs holds neither a
/// place nor a socket; the end of the emulation does, for a while.
/// </summary>
internal sealed class Obituaries(TimeProvider time, ILogger<Obituaries> log) : IDisposable
{
    private const int MostAtOnce = 20_000;
    private const long MostBytesAtOnce = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ConnectionEvents, Task> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _bytes;

    /// <summary>Tells the rest of what a connection did, and its end.</summary>
    public void Begin(ConnectionEvents events)
    {
        lock (_gate)
        {
            if (_open.Count < MostAtOnce)
            {
                _open.Add(events, TellAsync(events));
                return;
            }
        }

        events.Dispose();
        SignalRLog.UpstreamAway(log, events.Hub, UpstreamEvent.Connections, "too many connections have ended that it was not told of yet");
    }

    /// <summary>Done once all is told, or given up when that takes long.</summary>
    public async Task LastAsync(CancellationToken cancel)
    {
        try
        {
            await Task.WhenAll(Open()).WaitAsync(Patience, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // Each says that it was given up.
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(Open());
    }

    public void Dispose() => _stopping.Dispose();

    private Task[] Open()
    {
        lock (_gate)
        {
            return [.. _open.Values];
        }
    }

    private async Task TellAsync(ConnectionEvents events)
    {
        // Not before it is in the list that it leaves at the end.
        await Task.Yield();
        var bytes = events.WaitingBytes;
        try
        {
            // Clients that come back at once must not make the past grow without end.
            var withRest = Interlocked.Add(ref _bytes, bytes) <= MostBytesAtOnce;
            if (!withRest)
            {
                SignalRLog.UpstreamAway(log, events.Hub, UpstreamEvent.Messages, "too much waits of connections that have ended");
            }

            await events.DisconnectedAsync(withRest, _stopping.Token);
        }
        catch (Exception error)
        {
            SignalRLog.Failed(log, events.ConnectionId, error);
        }
        finally
        {
            Interlocked.Add(ref _bytes, -bytes);
            events.Dispose();
            lock (_gate)
            {
                _open.Remove(events);
            }
        }
    }
}
