namespace Serverless.Relay.Sockets;

/// <summary>A connection on a loop as a stream, which owns it. Bytes that were read too early can be put back.</summary>
internal sealed class LoopStream(LoopSocket socket) : Stream
{
    private ReadOnlyMemory<byte> _early;

    /// <summary>The connection itself.</summary>
    public LoopSocket Socket => socket;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Has <paramref name="bytes"/> read before all else. Not while there are others.</summary>
    public void PutBack(ReadOnlyMemory<byte> bytes) => _early = bytes;

    /// <summary>What was put back and has not been read; from here on it is the caller's.</summary>
    public ReadOnlyMemory<byte> TakeBack()
    {
        var early = _early;
        _early = default;
        return early;
    }

    /// <summary>An empty read ends when there is something to read.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_early.IsEmpty)
        {
            var early = Math.Min(buffer.Length, _early.Length);
            _early[..early].CopyTo(buffer);
            _early = _early[early..];
            return early;
        }

        while (true)
        {
            var received = buffer.IsEmpty ? Peek() : socket.Receive(buffer.Span);
            if (received >= 0)
            {
                return buffer.IsEmpty ? 0 : received;
            }

            await GoOnAfterAsync(-received, socket.Readable, cancellationToken);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!buffer.IsEmpty)
        {
            var sent = socket.Send(buffer.Span);
            if (sent >= 0)
            {
                buffer = buffer[sent..];
                continue;
            }

            await GoOnAfterAsync(-sent, socket.Writable, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Peek()
    {
        Span<byte> one = stackalloc byte[1];
        return socket.Receive(one, peek: true);
    }

    private static async ValueTask GoOnAfterAsync(int error, ReadySignal signal, CancellationToken cancel)
    {
        switch (error)
        {
            case Libc.Interrupted:
                break;
            case Libc.WouldBlock:
                await signal.WaitAsync(cancel);
                break;
            default:
                throw new IOException("The connection is gone.", PlatformErrors.Of(error));
        }
    }
}
