using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace Serverless.Relay.SignalR;

/// <summary>
/// One connection of a client: messages wait in it for their turn to be written. One that takes too little of what it is sent is dropped,
/// so that it costs the others nothing.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification =
    "A token source without timer or link has nothing to release, and disposing of it would race with End, which anybody may call.")]
internal sealed class ClientConnection(string id, ServiceClient client, Quota quota, TimeProvider time, Action abort)
{
    private const long MaxWaiting = 16 * 1024 * 1024;
    private const int BatchSize = 32 * 1024;

    private readonly Channel<ReadOnlyMemory<byte>> _waiting =
        Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _ending = new();
    private long _waitingBytes;
    private long _sent = time.GetTimestamp();
    private long _heard;

    /// <summary>The id that REST and webhooks know it by.</summary>
    public string Id => id;

    /// <summary>Who it is.</summary>
    public ServiceClient Client => client;

    /// <summary>User, or null.</summary>
    public string? UserId => client.Token.UserId;

    /// <summary>Cancelled once it is to end.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Why the service ends it, when it does so.</summary>
    public string? EndedBecause { get; private set; }

    /// <summary>Its groups, and whether it is in them as its user's. Kept by <see cref="Hub"/>, under its lock.</summary>
    public Dictionary<string, bool> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Sends what counts as a message of the service.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (quota.TryCount(frame.Length))
        {
            Write(frame);
        }
        else
        {
            Close("Message count reaches limit.", allowReconnect: false);
        }
    }

    /// <summary>Sends what does not count.</summary>
    public void Write(ReadOnlyMemory<byte> frame)
    {
        if (!_waiting.Writer.TryWrite(frame))
        {
            return;
        }

        if (Interlocked.Add(ref _waitingBytes, frame.Length) > MaxWaiting)
        {
            End("too slow");
            abort();
        }
    }

    /// <summary>Sends a Close, after all that waits, and nothing more.</summary>
    public void Close(string? reason, bool allowReconnect = true)
    {
        Write(Frames.Close(reason, allowReconnect));
        End(reason);
    }

    /// <summary>Sends a Ping when nothing has been sent for a while; whether the client has gone silent.</summary>
    public bool Beat(TimeSpan pingAfter, TimeSpan silentAfter)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _sent)) >= pingAfter && Volatile.Read(ref _waitingBytes) == 0)
        {
            Volatile.Write(ref _sent, time.GetTimestamp());
            Write(Frames.Ping);
        }

        return Volatile.Read(ref _heard) is > 0 and var heard && time.GetElapsedTime(heard) > silentAfter;
    }

    /// <summary>Notes that the client pings: from now on it may not go silent.</summary>
    public void Heard() => Volatile.Write(ref _heard, time.GetTimestamp());

    /// <summary>Ends it, with nobody told.</summary>
    public void End(string? because = null)
    {
        if (_waiting.Writer.TryComplete())
        {
            EndedBecause = because;
            _ending.Cancel();
        }
    }

    /// <summary>Writes what waits, until the connection is to end and nothing waits any more.</summary>
    public async Task DrainAsync(PipeWriter output)
    {
        var reader = _waiting.Reader;
        while (await reader.WaitToReadAsync())
        {
            var batch = 0;
            while (batch < BatchSize && reader.TryRead(out var frame))
            {
                output.Write(frame.Span);
                batch += frame.Length;
            }

            Volatile.Write(ref _sent, time.GetTimestamp());
            var flushed = await output.FlushAsync();
            Interlocked.Add(ref _waitingBytes, -batch);
            if (flushed.IsCompleted)
            {
                End();
                return;
            }
        }
    }
}
