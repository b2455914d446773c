using System.IO.Pipelines;

namespace Serverless.Relay.Sockets;

/// <summary>Sends what is written to a pipe.</summary>
internal sealed class PipeSender(LoopSocket socket, PipeReader pipe)
{
    private volatile bool _stopped;

    /// <summary>
    /// Sends until the pipe is completed or the connection ends; or, after <see cref="Stop"/>, until all that was written
    /// before it is sent: true for the latter. Does not throw.
    /// </summary>
    public async Task<bool> RunAsync()
    {
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    await SendAsync(segment);
                }

                pipe.AdvanceTo(read.Buffer.End);
                if (_stopped && read.IsCanceled)
                {
                    return true;
                }

                if (read.IsCompleted || read.IsCanceled)
                {
                    return false;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader of this connection finds out too, and says so.
            return false;
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>From any thread: what comes later is not sent.</summary>
    public void Stop()
    {
        _stopped = true;
        pipe.CancelPendingRead();
    }

    /// <summary>From any thread: gives up what is not sent.</summary>
    public void Abort() => pipe.CancelPendingRead();

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = socket.Send(bytes.Span);
            if (sent >= 0)
            {
                bytes = bytes[sent..];
            }
            else if (-sent == Libc.WouldBlock)
            {
                await socket.Writable.WaitAsync();
            }
            else if (-sent != Libc.Interrupted)
            {
                throw new IOException("The connection is gone.", PlatformErrors.Of(-sent));
            }
        }
    }
}
