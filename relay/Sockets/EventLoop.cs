using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Serverless.Relay.Sockets;

/// <summary>
/// One thread that waits for many sockets (epoll, edge-triggered: each is registered once, and tried until it would
/// block). What it runs must neither wait nor throw. A socket may be told of an event that is none: numbers are used
/// again, and trying in vain costs less than making sure.
/// </summary>
[SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The fields own them.")]
internal sealed class EventLoop : IDisposable
{
    private const int MostEvents = 256;
    private const int WakeSlot = -1;

    // Only on x64 is struct epoll_event packed.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int EventData = EventSize - 8;

    private readonly FileHandle _epoll = FileHandle.Of(Libc.EpollCreate(Libc.SocketCloseOnExec));
    private readonly FileHandle _wake = FileHandle.Of(Libc.EventFd(0, Libc.SocketCloseOnExec | Libc.SocketNonBlocking));
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Queue<Action> _again = new();
    private readonly Lock _slotsLock = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly Thread _thread;
    private LoopSocket?[] _slots = new LoopSocket?[64];
    private int _usedSlots;
    private bool _woken;
    private volatile bool _stopping;

    public EventLoop(string name)
    {
        Control(_wake, WakeSlot, Libc.EpollIn | Libc.EpollEdge);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>
    /// What everything on this loop reads into, one after the other. Twice as large gains nothing more, and what is much
    /// smaller doubles the calls of bulk traffic.
    /// </summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    /// <summary>From any thread: runs <paramref name="work"/> on the loop's thread, soon.</summary>
    public void Post(Action work)
    {
        _posted.Enqueue(work);
        if (!Interlocked.Exchange(ref _woken, true))
        {
            Wake();
        }
    }

    /// <summary>On the loop's thread: runs <paramref name="work"/> after all others have had their turn.</summary>
    public void Again(Action work) => _again.Enqueue(work);

    public void Dispose()
    {
        if (!_stopping)
        {
            _stopping = true;
            Wake();
            _thread.Join();
            _wake.Dispose();
            _epoll.Dispose();
        }
    }

    /// <summary>From any thread: tells <paramref name="socket"/> of its events from now on, those that were first.</summary>
    internal int Register(LoopSocket socket, SafeHandle handle)
    {
        int slot;
        lock (_slotsLock)
        {
            if (!_freeSlots.TryPop(out slot))
            {
                slot = _usedSlots++;
                if (slot == _slots.Length)
                {
                    var larger = new LoopSocket?[slot * 2];
                    _slots.CopyTo(larger, 0);
                    Volatile.Write(ref _slots, larger);
                }
            }

            _slots[slot] = socket;
        }

        try
        {
            Control(handle, slot, Libc.EpollIn | Libc.EpollOut | Libc.EpollRdHup | Libc.EpollEdge);
            return slot;
        }
        catch
        {
            Forget(slot);
            throw;
        }
    }

    /// <summary>From any thread: forgets a socket that is being closed, which takes it out of epoll.</summary>
    internal void Forget(int slot)
    {
        lock (_slotsLock)
        {
            _slots[slot] = null;
            _freeSlots.Push(slot);
        }
    }

    /// <summary>On the loop's thread: forgets a socket that lives on.</summary>
    internal void Remove(int slot, SafeHandle handle)
    {
        byte unused = 0;
        _ = Libc.EpollControl(_epoll, Libc.EpollDelete, handle, ref unused);
        Forget(slot);
    }

    private void Control(SafeHandle handle, int slot, int events)
    {
        Span<byte> change = stackalloc byte[EventSize];
        MemoryMarshal.Write(change, events);
        MemoryMarshal.Write(change[EventData..], (long)slot);
        if (Libc.EpollControl(_epoll, Libc.EpollAdd, handle, ref MemoryMarshal.GetReference(change)) != 0)
        {
            throw PlatformErrors.Last();
        }
    }

    private void Wake()
    {
        Span<byte> one = stackalloc byte[sizeof(long)];
        MemoryMarshal.Write(one, 1L);
        try
        {
            _ = Libc.Write(_wake, ref MemoryMarshal.GetReference(one), sizeof(long));
        }
        catch (ObjectDisposedException) when (_stopping)
        {
            // Nothing runs on it any more; a timer may not know that yet.
        }
    }

    private void Run()
    {
        var events = GC.AllocateUninitializedArray<byte>(MostEvents * EventSize, pinned: true);
        while (!_stopping)
        {
            var count = Libc.EpollWait(_epoll, ref events[0], MostEvents, _again.Count > 0 ? 0 : Timeout.Infinite);
            for (var i = 0; i < count; i++)
            {
                var at = events.AsSpan(i * EventSize, EventSize);
                Dispatch(MemoryMarshal.Read<int>(at), MemoryMarshal.Read<long>(at[EventData..]));
            }

            for (var left = _again.Count; left > 0; left--)
            {
                _again.Dequeue()();
            }
        }
    }

    private void Dispatch(int events, long slot)
    {
        if (slot != WakeSlot)
        {
            Volatile.Read(ref _slots)[slot]?.Told(events);
            return;
        }

        Span<byte> count = stackalloc byte[sizeof(long)];
        _ = Libc.Read(_wake, ref MemoryMarshal.GetReference(count), sizeof(long));

        // Before the queue is emptied: what is posted from here on wakes the loop again.
        Interlocked.Exchange(ref _woken, false);
        while (_posted.TryDequeue(out var work))
        {
            work();
        }
    }
}
