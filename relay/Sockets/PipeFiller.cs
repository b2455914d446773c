using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Serverless.Relay.Sockets;

/// <summary>Reads what a connection's peer sends into a pipe, as far as the pipe's reader keeps up.</summary>
internal sealed class PipeFiller(LoopSocket socket, PipeWriter pipe)
{
    private volatile bool _stopped;

    /// <summary>Reads until the connection ends, or until <see cref="Stop"/>; true for the latter. Does not throw.</summary>
    public async Task<bool> RunAsync()
    {
        Exception? fault = null;
        try
        {
            if (await FillAsync())
            {
                return true;
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        await pipe.CompleteAsync(fault);
        return false;
    }

    /// <summary>From any thread: no more is read.</summary>
    public void Stop()
    {
        _stopped = true;
        socket.Readable.Set();
        pipe.CancelPendingFlush();
    }

    private async Task<bool> FillAsync()
    {
        while (true)
        {
            // Before there is a buffer: a connection that says nothing holds none.
            await socket.Readable.WaitAsync();
            bool more;
            do
            {
                if (_stopped)
                {
                    return true;
                }

                var buffer = pipe.GetMemory();
                var received = socket.Receive(buffer.Span);
                if (received == 0)
                {
                    return false;
                }

                if (received < 0)
                {
                    more = -received == Libc.Interrupted;
                    if (more || -received == Libc.WouldBlock)
                    {
                        continue;
                    }

                    var error = PlatformErrors.Of(-received);
                    throw new ConnectionResetException(error.Message, error);
                }

                pipe.Advance(received);
                var flushed = await pipe.FlushAsync();
                if (flushed.IsCompleted)
                {
                    return false;
                }

                // Less than there was room for: that was all, unless the end is what comes next.
                more = received == buffer.Length || socket.HungUp;
            }
            while (more);
        }
    }
}
