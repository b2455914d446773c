using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Serverless.Relay.Sockets;

/// <summary>
/// A connection whose readiness a loop tells: to those who wait for it, or to the <see cref="ILoopCarrier"/> that has
/// taken it over. It is never given to .NET's own sockets, which would wake a second thread for each message.
/// </summary>
internal sealed class LoopSocket : IDisposable
{
    private readonly SafeHandle _handle;
    private readonly int _descriptor;
    private ILoopCarrier? _carrier;
    private int _slot;
    private int _disposed;
    private volatile bool _hungUp;
    private volatile bool _aborted;

    private LoopSocket(EventLoop loop, SafeHandle handle)
    {
        (Loop, _handle, _descriptor) = (loop, handle, (int)handle.DangerousGetHandle());
        _slot = loop.Register(this, handle);
    }

    /// <summary>The loop that it is on.</summary>
    public EventLoop Loop { get; private set; }

    /// <summary>Set when there may be something to read.</summary>
    public ReadySignal Readable { get; } = new();

    /// <summary>Set when there may be room to write.</summary>
    public ReadySignal Writable { get; } = new();

    /// <summary>The peer has ended its side. A read of less than was asked for is then not the last one.</summary>
    public bool HungUp => _hungUp;

    /// <summary>The address of this end.</summary>
    public IPEndPoint? LocalEndPoint => SocketNames.Local(_handle);

    /// <summary>Takes over an open, non-blocking descriptor. It is closed when that fails.</summary>
    public static LoopSocket Of(EventLoop loop, SafeHandle handle)
    {
        try
        {
            // Frames are messages: waiting to fill a segment would only delay them.
            var on = 1;
            _ = Libc.SetOption(handle, Libc.LevelTcp, Libc.OptionNoDelay, ref on, sizeof(int));
            return new LoopSocket(loop, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">The address does not accept the connection.</exception>
    public static async Task<LoopSocket> ConnectAsync(EventLoop loop, IPEndPoint endPoint, CancellationToken cancel)
    {
        var address = endPoint.Serialize();
        var handle = FileHandle.Of(Libc.Socket(
            endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? SocketNames.Internet6 : SocketNames.Internet4,
            Libc.SocketStream | Libc.SocketNonBlocking | Libc.SocketCloseOnExec,
            0));
        LoopSocket? socket = null;
        try
        {
            while (true)
            {
                // Asked again, it says how far it is. A socket that is not even connecting would look hung up to epoll.
                var error = Libc.Connect(handle, ref MemoryMarshal.GetReference(address.Buffer.Span), address.Size) == 0
                    ? Libc.IsConnected
                    : Marshal.GetLastPInvokeError();
                switch (error)
                {
                    case Libc.IsConnected:
                        var connected = socket ?? Of(loop, handle);
                        socket = null;
                        return connected;
                    case Libc.InProgress or Libc.AlreadyConnecting or Libc.Interrupted:
                        socket ??= Of(loop, handle);
                        await socket.Writable.WaitAsync(cancel);
                        break;
                    default:
                        throw PlatformErrors.Of(error);
                }
            }
        }
        catch
        {
            handle.Dispose();
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is there. Returns how much, 0 at the end, or the negated error.</summary>
    public int Receive(Span<byte> buffer, bool peek = false) => _aborted
        ? -Libc.ConnectionAborted
        : Result(Libc.Receive(_handle, ref MemoryMarshal.GetReference(buffer), buffer.Length, peek ? Libc.Peek : 0));

    /// <summary>Writes as much as there is room for. Returns how much, or the negated error.</summary>
    public int Send(ReadOnlySpan<byte> bytes) => _aborted
        ? -Libc.ConnectionAborted
        : Result(Libc.Send(_handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal));

    /// <summary>As <see cref="Receive"/>, for a carrier, which knows that nobody else closes the socket.</summary>
    public int ReceiveCarried(Span<byte> buffer) =>
        Result(Libc.Receive(_descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, 0));

    /// <summary>As <see cref="Send"/>, for a carrier.</summary>
    public int SendCarried(ReadOnlySpan<byte> bytes) =>
        Result(Libc.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal));

    /// <summary>Moves to another loop. Nobody may wait for it, nor carry it.</summary>
    public Task MoveAsync(EventLoop to)
    {
        if (to == Loop)
        {
            return Task.CompletedTask;
        }

        var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // On the thread of the loop that it leaves: events of this turn have then all been told.
        Loop.Post(() =>
        {
            try
            {
                Loop.Remove(_slot, _handle);

                // It has none, and must not give one back, should it not get another.
                _slot = -1;
                _slot = to.Register(this, _handle);
                Loop = to;
                moved.SetResult();
            }
            catch (Exception e)
            {
                moved.SetException(e);
            }
        });
        return moved.Task;
    }

    /// <summary>On the loop's thread: who is told of events from now on; null for those who wait for signals.</summary>
    public void CarriedBy(ILoopCarrier? carrier)
    {
        _carrier = carrier;
        if (carrier is null)
        {
            // Whatever was told to the carrier is found out again by trying.
            Readable.Set();
            Writable.Set();
        }
    }

    /// <summary>Ends both directions in order, unless it was aborted; whoever waits is told.</summary>
    public void Shutdown()
    {
        if (!_aborted)
        {
            _ = Libc.Shutdown(_handle, Libc.ShutdownBoth);
        }
    }

    /// <summary>From any thread: nothing passes any more, whoever waits is told, and the peer will see a reset.</summary>
    public void Abort()
    {
        _aborted = true;
        try
        {
            Span<int> atOnce = [1, 0];
            _ = Libc.SetOption(_handle, Libc.LevelSocket, Libc.OptionLinger, ref atOnce[0], 2 * sizeof(int));
        }
        catch (ObjectDisposedException)
        {
            // Its owner was faster.
        }

        Readable.Set();
        Writable.Set();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // Closed first: who has its slot next would be told that it hung up.
            if (!_handle.IsClosed)
            {
                Shutdown();
                _handle.Dispose();
            }

            if (_slot >= 0)
            {
                Loop.Forget(_slot);
            }

            Readable.Set();
            Writable.Set();
        }
    }

    /// <summary>On the loop's thread: what epoll says.</summary>
    internal void Told(int events)
    {
        const int Ended = Libc.EpollRdHup | Libc.EpollHup | Libc.EpollErr;
        if ((events & Ended) != 0)
        {
            _hungUp = true;
        }

        var readable = (events & (Libc.EpollIn | Ended)) != 0;
        var writable = (events & (Libc.EpollOut | Libc.EpollHup | Libc.EpollErr)) != 0;
        if (_carrier is { } carrier)
        {
            carrier.Ready(this, readable, writable);
            return;
        }

        if (readable)
        {
            Readable.Set();
        }

        if (writable)
        {
            Writable.Set();
        }
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastPInvokeError();
}
