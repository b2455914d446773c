namespace Serverless.Relay.Sockets;

/// <summary>The loops of this relay, which share its sockets evenly. They start when they are first needed.</summary>
/// <param name="count">How many; 0: sockets are .NET's own. Asked when it is first needed.</param>
internal sealed class EventLoops(Func<int> count) : IDisposable
{
    private readonly Lazy<int> _count = new(count);
    private readonly Lock _lock = new();
    private EventLoop[]? _loops;
    private uint _next;
    private bool _disposed;

    /// <summary>Whether there are any.</summary>
    public bool Any => _count.Value > 0;

    /// <summary>The loop for the next socket; not when there is none.</summary>
    public EventLoop Next() => Started()[Interlocked.Increment(ref _next) % (uint)_count.Value];

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var loop in _loops ?? [])
            {
                loop.Dispose();
            }
        }
    }

    private EventLoop[] Started()
    {
        if (Volatile.Read(ref _loops) is { } started)
        {
            return started;
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _loops ??= [.. Enumerable.Range(0, _count.Value).Select(i => new EventLoop($"sockets {i}"))];
        }
    }
}
