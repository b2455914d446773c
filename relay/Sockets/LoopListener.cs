using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Serverless.Relay.Sockets;

/// <summary>Accepts connections, and gives each its loop.</summary>
internal sealed class LoopListener : IConnectionListener
{
    // Without descriptors nothing can be accepted until some connection ends; none is lost meanwhile.
    private static readonly TimeSpan PauseWhenShort = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly EventLoops _loops;
    private readonly MemoryPool<byte> _pool;
    private readonly LoopSocket _ready;
    private readonly CancellationTokenSource _unbound = new();

    /// <param name="listener">Bound and listening; owned from here on. .NET itself never waits for it.</param>
    /// <param name="loops">Share the connections.</param>
    /// <param name="pool">For the connections' pipes; owned.</param>
    public LoopListener(Socket listener, EventLoops loops, MemoryPool<byte> pool)
    {
        (_listener, _loops, _pool) = (listener, loops, pool);
        EndPoint = listener.LocalEndPoint!;
        _ = Libc.FileControl(listener.SafeHandle, Libc.CommandSetFlags, Libc.SocketNonBlocking);
        _ready = LoopSocket.Of(loops.Next(), listener.SafeHandle);
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection, or null after <see cref="UnbindAsync"/>, which alone ends the wait.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                _unbound.Token.ThrowIfCancellationRequested();
                var connection = TryAccept(out var error);
                if (connection is not null)
                {
                    return connection;
                }

                switch (error)
                {
                    case Libc.WouldBlock:
                        await _ready.Readable.WaitAsync(_unbound.Token);
                        break;
                    case Libc.TooManyFiles or Libc.TooManyFilesInSystem or Libc.NoBuffers or Libc.NoMemory:
                        await Task.Delay(PauseWhenShort, _unbound.Token);
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _unbound.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        _ready.Dispose();
        _listener.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        _pool.Dispose();
        _unbound.Dispose();
    }

    private LoopConnection? TryAccept(out int error)
    {
        var peer = SocketNames.Room();
        var length = peer.Size;
        var accepted = Libc.Accept(
            _listener.SafeHandle,
            ref MemoryMarshal.GetReference(peer.Buffer.Span),
            ref length,
            Libc.SocketNonBlocking | Libc.SocketCloseOnExec);
        if (accepted < 0)
        {
            // What is wrong with one connection is no reason not to try the next.
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        error = 0;
        LoopSocket socket;
        try
        {
            socket = LoopSocket.Of(_loops.Next(), FileHandle.Of(accepted));
        }
        catch (SocketException)
        {
            // The system has no room to watch it; it is closed. To go on throwing would end the accepting of all.
            error = Libc.NoMemory;
            return null;
        }

        var connection = new LoopConnection(socket, SocketNames.Read(peer, length), _pool);
        connection.Start();
        return connection;
    }
}
