namespace Serverless.Relay.SignalR;

/// <summary>Counts the requests of clients that are being answered, a WebSocket as long as it is open, to wait for the last to end.</summary>
internal sealed class Departures
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private volatile bool _waiting;

    /// <summary>One has come.</summary>
    public void Enter() => Interlocked.Increment(ref _open);

    /// <summary>One is over.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _waiting)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Done once all have been over at a time.</summary>
    public Task LastAsync()
    {
        _waiting = true;
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _open) == 0 ? Task.CompletedTask : _empty.Task;
    }
}
