using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Drives one direction of a tunnel over streams. It ends with the source's Close, with a fault of the source, or with
/// the tunnel.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification =
    "A token source without timer or link has nothing to release, and disposing of it would race with Wake.")]
internal sealed class Pump(Stream source, Stream sink, Flow flow, TimeProvider time, Action closeSeen, Action sinkLost)
{
    // Bulk throughput doubles from 16 KiB to 64 KiB and gains no more beyond; the shared pool keeps this size.
    private const int BufferSize = 64 * 1024;

    private CancellationTokenSource _wake = new();
    private HeldBytes _held;
    private byte[]? _buffer;
    private int _filled;

    /// <summary>From any thread: something was ordered that may be possible at once.</summary>
    public void Wake() => Interlocked.Exchange(ref _wake, new CancellationTokenSource()).Cancel();

    /// <summary>
    /// Pumps until the source closes or fails, or until <paramref name="drop"/>; from where a loop has stopped, if one did.
    /// </summary>
    public async Task<PumpEnd> RunAsync(CancellationToken drop, Carried start = default)
    {
        try
        {
            if (await GoOnAsync(start, drop) is { } over)
            {
                return over;
            }

            while (true)
            {
                // Taken first: what is ordered after the orders were looked at cancels it.
                var wake = Volatile.Read(ref _wake).Token;
                drop.ThrowIfCancellationRequested();
                await InsertAsync(drop);
                var cancel = flow.Stopped ? drop : wake;

                // Here and not in a method of its own, which would allocate whenever there is nothing to read yet.
                int read;
                try
                {
                    // An empty read ends when there is something to read, so that an idle tunnel holds no buffer.
                    _ = await source.ReadAsync(Memory<byte>.Empty, cancel);
                    _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                    _filled = _held.CopyTo(_buffer);
                    read = await source.ReadAsync(_buffer.AsMemory(_filled), cancel);
                }
                catch (OperationCanceledException) when (cancel != drop && cancel.IsCancellationRequested)
                {
                    Release();
                    continue;
                }
                catch (Exception e) when (IsLoss(e))
                {
                    return drop.IsCancellationRequested ? PumpEnd.Dropped : PumpEnd.SourceLost;
                }

                if (read == 0)
                {
                    return PumpEnd.SourceLost;
                }

                flow.Hear(read);
                _filled += read;
                if (await CarryAsync(drop) is { } end)
                {
                    return end;
                }
            }
        }
        catch (OperationCanceledException) when (drop.IsCancellationRequested)
        {
            return PumpEnd.Dropped;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// After the pump has ended: sends a Close to the sink, unless one has gone there or the sink is lost. False when it
    /// cannot be sent because a frame has passed in part.
    /// </summary>
    public async Task<bool> CloseSinkAsync(byte[] close, CancellationToken drop)
    {
        var isOver = flow.Stopped;
        flow.OrderStop(close);
        await InsertAsync(drop);
        return isOver || flow.SinkBetweenFrames;
    }

    private async ValueTask<PumpEnd?> GoOnAsync(Carried start, CancellationToken drop)
    {
        await WriteAsync(start.Owed, drop);
        if (start.Next is FlowNext.Closed or FlowNext.Broken)
        {
            return start.Next == FlowNext.Closed ? PumpEnd.CloseSeen : PumpEnd.SourceBroke;
        }

        if (start.Rest.IsEmpty)
        {
            return null;
        }

        _buffer = ArrayPool<byte>.Shared.Rent(start.Rest.Length);
        start.Rest.CopyTo(_buffer);
        _filled = start.Rest.Length;
        return await CarryAsync(drop);
    }

    // Null when all bytes are used up, but for those that have to come again.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PumpEnd?> CarryAsync(CancellationToken drop)
    {
        for (var at = 0; ;)
        {
            var wake = Volatile.Read(ref _wake).Token;
            drop.ThrowIfCancellationRequested();
            var step = flow.Take(_buffer.AsSpan(at, _filled - at));
            if (step.Next == FlowNext.Closed)
            {
                // Before it goes on: the answer may be back before the write has ended.
                closeSeen();
            }

            await WriteAsync(_buffer.AsMemory(at, step.Passed), drop);
            at += step.Passed + step.Skipped;
            switch (step.Next)
            {
                case FlowNext.Insert:
                    await InsertAsync(drop);
                    break;
                case FlowNext.Wait:
                    await WaitAsync(wake, drop);
                    break;
                case FlowNext.Closed:
                    return PumpEnd.CloseSeen;
                case FlowNext.Broken:
                    return PumpEnd.SourceBroke;
                case FlowNext.More:
                    _held.Set(_buffer.AsSpan(at, _filled - at));
                    Release();
                    return null;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask InsertAsync(CancellationToken drop)
    {
        while (flow.TryInsert(out var frame))
        {
            await WriteAsync(frame, drop);
        }
    }

    // Awaiting the write before the next read is the back-pressure: a slow peer stops the fast one.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken drop)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        try
        {
            var write = sink.WriteAsync(bytes, drop);
            if (write.IsCompletedSuccessfully)
            {
                await write;
                return;
            }

            flow.Block();
            try
            {
                await write;
            }
            finally
            {
                flow.Unblock();
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            flow.LoseSink();
            sinkLost();
        }
    }

    private async ValueTask WaitAsync(CancellationToken wake, CancellationToken drop)
    {
        flow.Delayed = true;
        try
        {
            await Task.Delay(flow.Wait, time, flow.Stopped ? drop : wake);
        }
        catch (OperationCanceledException) when (!drop.IsCancellationRequested)
        {
            // Woken: there is an order.
        }
        finally
        {
            flow.Delayed = false;
        }
    }

    // Kestrel reports an aborted connection as a cancellation.
    private static bool IsLoss(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private void Release()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }
}

/// <summary>Why a <see cref="Pump"/> ended.</summary>
internal enum PumpEnd
{
    /// <summary>The source sent a Close; it has gone to the sink, unless another had before.</summary>
    CloseSeen,

    /// <summary>The source's connection ended without a Close.</summary>
    SourceLost,

    /// <summary>The source broke a rule: its flow says which.</summary>
    SourceBroke,

    /// <summary>The tunnel dropped its connections.</summary>
    Dropped,
}
