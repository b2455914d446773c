namespace Serverless.Relay.Tunnel;

/// <summary>
/// What the relay itself has to say to the sink of a direction, until the direction is at a place where it may: control
/// frames between frames, messages between messages, a Close after which nothing follows. Ordered by any thread.
/// </summary>
internal sealed class Insertions
{
    /// <summary>More than so many are not kept: a sink that takes none is not helped by more.</summary>
    public const int Most = 64;

    private readonly Lock _lock = new();
    private Queue<Insertion>? _queue;
    private StopOrder? _stop;
    private volatile bool _any;

    /// <summary>Whether there is anything to do; costs next to nothing, so that it can be asked for every read.</summary>
    public bool Any => _any;

    /// <summary>Keeps a whole frame; false when it is too late or there are too many.</summary>
    public bool TryAdd(byte[] frame, bool isMessage)
    {
        lock (_lock)
        {
            if (_stop is not null || _queue?.Count >= Most)
            {
                return false;
            }

            (_queue ??= new()).Enqueue(new Insertion(frame, isMessage));
            return _any = true;
        }
    }

    /// <summary>The direction is to end: with a Close, or without one at once. The first order counts.</summary>
    public bool TryStop(byte[]? close)
    {
        lock (_lock)
        {
            if (_stop is not null)
            {
                return false;
            }

            _stop = new StopOrder(close);
            return _any = true;
        }
    }

    /// <summary>Whether <see cref="TryTake"/> would give something.</summary>
    public bool CanTake(bool betweenFrames, bool betweenMessages)
    {
        lock (_lock)
        {
            return _stop is { } stop
                ? _any && (stop.Close is null || betweenFrames)
                : betweenFrames && _queue is not null && _queue.TryPeek(out var next) && (!next.IsMessage || betweenMessages);
        }
    }

    /// <summary>Takes what may be sent now.</summary>
    /// <param name="betweenFrames">The sink has whole frames only.</param>
    /// <param name="betweenMessages">It has whole messages only.</param>
    /// <param name="frame">To be written.</param>
    /// <param name="ends">Nothing may follow <paramref name="frame"/>; or, without a frame, nothing may go on at all.</param>
    public bool TryTake(bool betweenFrames, bool betweenMessages, out byte[]? frame, out bool ends)
    {
        (frame, ends) = (null, false);
        lock (_lock)
        {
            if (_stop is { } stop)
            {
                if (!_any || (stop.Close is not null && !betweenFrames))
                {
                    return false;
                }

                (frame, ends, _any) = (stop.Close, true, false);
                _queue = null;
                return true;
            }

            if (!betweenFrames || _queue is null || !_queue.TryPeek(out var next) || (next.IsMessage && !betweenMessages))
            {
                return false;
            }

            frame = _queue.Dequeue().Frame;
            _any = _queue.Count > 0;
            return true;
        }
    }

    private sealed record StopOrder(byte[]? Close);

    private readonly record struct Insertion(byte[] Frame, bool IsMessage);
}
