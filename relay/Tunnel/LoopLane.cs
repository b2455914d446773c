using System.Buffers;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// One direction of a tunnel on a loop. It reads into the loop's buffer, and keeps a copy only of what the sink does not
/// take, or a rate holds up; then it reads no more until that is gone, which is the back-pressure.
/// </summary>
internal sealed class LoopLane(LoopSocket source, LoopSocket sink, Flow flow, TimeProvider time, Action wake, Action<Flow> closeSeen)
{
    // A source that always has more must leave the others their turn.
    private const int MostReads = 8;

    private HeldBytes _held;
    private ReadOnlyMemory<byte> _owed;
    private ReadOnlyMemory<byte> _rest;
    private byte[]? _kept;
    private ITimer? _timer;
    private FlowNext _next;
    private bool _blocked;
    private bool _sinkLost;
    private volatile bool _timeIsUp;

    /// <summary>The source may have something to read.</summary>
    public bool MayRead { get; set; } = true;

    /// <summary>The sink may have room.</summary>
    public bool MayWrite { get; set; } = true;

    /// <summary>Before all else: what was read too early.</summary>
    public void Begin(ReadOnlyMemory<byte> early)
    {
        flow.Hear(early.Length);
        _rest = early;
    }

    /// <summary>Moves what can be moved now.</summary>
    public LaneState Run()
    {
        if (_next == FlowNext.Closed && _owed.IsEmpty)
        {
            return LaneState.Closed;
        }

        for (var reads = 0; ; reads++)
        {
            if ((Flush() ?? Insert() ?? TakeRest()) is { } state)
            {
                return state;
            }

            if (!MayRead)
            {
                return LaneState.Idle;
            }

            if (reads == MostReads)
            {
                return LaneState.Busy;
            }

            if (Read() is { } ended)
            {
                return ended;
            }
        }
    }

    /// <summary>The lane is run no more.</summary>
    public void End()
    {
        _timer?.Dispose();
        flow.Delayed = false;
        Unblock();
    }

    /// <summary>After <see cref="End"/>: what is left of it.</summary>
    public Carried Hand()
    {
        Span<byte> held = stackalloc byte[Flow.MostHeld];
        var rest = _rest.IsEmpty ? held[.._held.CopyTo(held)].ToArray() : _rest.ToArray();
        var carried = new Carried(_owed.ToArray(), rest, _next);
        _owed = default;
        Release();
        return carried;
    }

    // Each of these returns null when the next one may be tried.
    private LaneState? Flush()
    {
        if (_owed.IsEmpty)
        {
            return null;
        }

        if (!MayWrite)
        {
            return LaneState.Idle;
        }

        _owed = _owed[Send(_owed.Span)..];
        if (!_owed.IsEmpty)
        {
            return Blocked();
        }

        Unblock();
        if (_rest.IsEmpty)
        {
            Release();
        }

        return null;
    }

    private LaneState? Insert()
    {
        while (flow.TryInsert(out var frame))
        {
            _owed = frame[Send(frame.Span)..];
            if (!_owed.IsEmpty)
            {
                return Blocked();
            }
        }

        return flow.Stopped ? LaneState.Over : null;
    }

    private LaneState? TakeRest()
    {
        if (_rest.IsEmpty)
        {
            return null;
        }

        // An order needs no look at what is held up: it was obeyed before.
        if (flow.Delayed && !_timeIsUp)
        {
            return LaneState.Idle;
        }

        flow.Delayed = false;
        return Take(_rest, isKept: true);
    }

    private LaneState? Read()
    {
        var buffer = source.Loop.Buffer;
        var filled = _held.CopyTo(buffer);
        var received = source.ReceiveCarried(buffer.AsSpan(filled));
        if (received <= 0)
        {
            MayRead = false;
            return received == -Libc.WouldBlock ? LaneState.Idle : LaneState.Over;
        }

        // Less than there was room for: that was all, unless the end is what comes next.
        MayRead = received == buffer.Length - filled || source.HungUp;
        flow.Hear(received);
        _held.Set([]);
        return Take(buffer.AsMemory(0, filled + received), isKept: false);
    }

    private LaneState? Take(ReadOnlyMemory<byte> bytes, bool isKept)
    {
        while (true)
        {
            var step = flow.Take(bytes.Span);
            _next = step.Next;
            if (step.Next == FlowNext.Closed)
            {
                // Before it goes on: the answer may be read first.
                closeSeen(flow);
            }

            var sent = step.Passed == 0 ? 0 : Send(bytes.Span[..step.Passed]);
            if (sent < step.Passed)
            {
                var left = Keep(bytes[sent..], isKept);
                (_owed, _rest) = (left[..(step.Passed - sent)], left[(step.Passed - sent)..]);
                return Blocked();
            }

            bytes = bytes[(step.Passed + step.Skipped)..];
            switch (step.Next)
            {
                case FlowNext.More:
                    _held.Set(bytes.Span);
                    _rest = default;
                    Release();
                    return null;
                case FlowNext.Insert when Insert() is { } state:
                    _rest = Keep(bytes, isKept);
                    return state;
                case FlowNext.Wait:
                    _rest = Keep(bytes, isKept);
                    Delay(flow.Wait);
                    return LaneState.Idle;
                case FlowNext.Closed:
                    // What follows is to be ignored.
                    _rest = default;
                    Release();
                    return LaneState.Closed;
                case FlowNext.Broken:
                    _rest = Keep(bytes, isKept);
                    return LaneState.Over;
            }
        }
    }

    // 0 when there is no room, and when the sink is lost.
    private int Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        var sent = sink.SendCarried(bytes);
        if (sent < bytes.Length)
        {
            MayWrite = false;
            _sinkLost = sent < 0 && -sent != Libc.WouldBlock;
        }

        return Math.Max(sent, 0);
    }

    private ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> bytes, bool isKept)
    {
        if (isKept || bytes.IsEmpty)
        {
            return bytes;
        }

        _kept = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(_kept);
        return _kept.AsMemory(0, bytes.Length);
    }

    private void Release()
    {
        if (_kept is not null)
        {
            ArrayPool<byte>.Shared.Return(_kept);
            _kept = null;
        }
    }

    private void Delay(TimeSpan wait)
    {
        flow.Delayed = true;
        _timeIsUp = false;
        _timer ??= time.CreateTimer(
            _ =>
            {
                _timeIsUp = true;
                wake();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private LaneState Blocked()
    {
        if (!_blocked)
        {
            _blocked = true;
            flow.Block();
        }

        return _sinkLost || _next is FlowNext.Closed or FlowNext.Broken ? LaneState.Over : LaneState.Idle;
    }

    private void Unblock()
    {
        if (_blocked)
        {
            _blocked = false;
            flow.Unblock();
        }
    }
}

/// <summary>What a <see cref="LoopLane"/> is waiting for.</summary>
internal enum LaneState
{
    /// <summary>For its sockets, its timer or an order.</summary>
    Idle,

    /// <summary>For its next turn.</summary>
    Busy,

    /// <summary>For nothing: the source's Close has gone on.</summary>
    Closed,

    /// <summary>For the streams: the tunnel ends in another way than by a Close and its answer.</summary>
    Over,
}
