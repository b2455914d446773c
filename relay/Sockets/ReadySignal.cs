using System.Threading.Tasks.Sources;

namespace Serverless.Relay.Sockets;

/// <summary>
/// Tells the one who waits that a socket may be tried again. It remembers one signal that nobody waited for; a waiter has
/// to expect one that came for nothing. Allocates nothing.
/// </summary>
internal sealed class ReadySignal : IValueTaskSource
{
    private const int Nothing = 0;
    private const int Signalled = 1;
    private const int Awaited = 2;

    // What waits is Kestrel or the relay's own handshake: it must not run on the loop's thread.
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>From any thread: whoever waits, or will wait next, goes on.</summary>
    public void Set()
    {
        if (Interlocked.CompareExchange(ref _state, Signalled, Nothing) == Awaited
            && Interlocked.CompareExchange(ref _state, Nothing, Awaited) == Awaited)
        {
            _source.SetResult(true);
        }
    }

    /// <summary>Waits for the next signal. One at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Nothing, Signalled) == Signalled)
        {
            return ValueTask.CompletedTask;
        }

        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Nothing) == Signalled)
        {
            Volatile.Write(ref _state, Nothing);
            return ValueTask.CompletedTask;
        }

        return new ValueTask(this, _source.Version);
    }

    /// <summary>Waits for the next signal, which <paramref name="cancel"/> is one of.</summary>
    /// <exception cref="OperationCanceledException">By <paramref name="cancel"/>.</exception>
    public async ValueTask WaitAsync(CancellationToken cancel)
    {
        if (!cancel.CanBeCanceled)
        {
            await WaitAsync();
            return;
        }

        await using (cancel.UnsafeRegister(static signal => ((ReadySignal)signal!).Set(), this))
        {
            await WaitAsync();
        }

        cancel.ThrowIfCancellationRequested();
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
