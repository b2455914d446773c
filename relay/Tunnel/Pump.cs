using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Carries one direction of a tunnel over streams. Bytes pass unchanged; only headers are read. It ends with the
/// source's Close or with a fault of the source, and can be told to stop between two frames.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification =
    "A token source without timer or link has nothing to release, and disposing of it would race with Stop.")]
internal sealed class Pump(Stream source, Stream sink, bool fromClient, Action closeSeen, Action sinkLost)
{
    // Bulk throughput doubles from 16 KiB to 64 KiB and gains no more beyond; the shared pool keeps this size.
    private const int BufferSize = 64 * 1024;

    private readonly CancellationTokenSource _interrupt = new();
    private FrameScanner _scanner = new(fromClient);
    private HeldBytes _held;
    private StopOrder? _order;
    private bool _forwarding = true;

    /// <summary>What has passed so far. May be sampled by any thread.</summary>
    public DirectionTotals Totals => _scanner.Totals;

    /// <summary>Status code of the source's Close, once it was seen.</summary>
    public ushort? CloseCode => _scanner.CloseCode;

    /// <summary>
    /// From any thread: stop forwarding. With a Close frame, after the frame that is under way, if any, which the Close
    /// follows; without one, at once. What the source still sends is read and dropped until its Close. The first order
    /// counts.
    /// </summary>
    public void Stop(byte[]? close)
    {
        if (Interlocked.CompareExchange(ref _order, new StopOrder(close), null) is null)
        {
            _interrupt.Cancel();
        }
    }

    /// <summary>Pumps until the source closes or fails, or until <paramref name="drop"/>.</summary>
    public async Task<PumpEnd> RunAsync(CancellationToken drop)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                if (_order is { } order && _forwarding)
                {
                    await ObeyAsync(order, drop);
                }

                var wake = _order is null ? _interrupt.Token : drop;
                int filled;
                try
                {
                    // An empty read ends when there is something to read, so that an idle tunnel holds no buffer.
                    _ = await source.ReadAsync(Memory<byte>.Empty, wake);
                    buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                    filled = _held.CopyTo(buffer);
                    var read = await source.ReadAsync(buffer.AsMemory(filled), wake);
                    if (read == 0)
                    {
                        return PumpEnd.SourceLost;
                    }

                    filled += read;
                }
                catch (OperationCanceledException) when (wake != drop && wake.IsCancellationRequested)
                {
                    Release(ref buffer);
                    continue;
                }
                catch (Exception e) when (IsLoss(e))
                {
                    return drop.IsCancellationRequested ? PumpEnd.Dropped : PumpEnd.SourceLost;
                }

                var start = 0;
                while (true)
                {
                    var mode = !_forwarding ? ScanMode.Discard : _order is null ? ScanMode.Pass : ScanMode.StopAtFrameEnd;
                    var scan = _scanner.Read(buffer.AsSpan(start, filled - start), mode);
                    if (scan.Outcome == ScanOutcome.Close)
                    {
                        // Before it goes on: the answer may be back before the write has ended.
                        closeSeen();
                    }

                    if (mode != ScanMode.Discard && scan.Passed > 0)
                    {
                        // Awaiting the write before the next read is the back-pressure: a slow peer stops the fast one.
                        try
                        {
                            await sink.WriteAsync(buffer.AsMemory(start, scan.Passed), drop);
                        }
                        catch (Exception e) when (IsLoss(e))
                        {
                            LoseSink();
                        }
                    }

                    start += scan.Passed;
                    if (scan.Outcome == ScanOutcome.FrameEnd)
                    {
                        await ObeyAsync(_order!, drop);
                        continue;
                    }

                    if (scan.Outcome != ScanOutcome.More)
                    {
                        return scan.Outcome == ScanOutcome.Close ? PumpEnd.CloseSeen : PumpEnd.SourceBroke;
                    }

                    break;
                }

                _held.Set(buffer.AsSpan(start, filled - start));
                Release(ref buffer);
            }
        }
        catch (OperationCanceledException) when (drop.IsCancellationRequested)
        {
            return PumpEnd.Dropped;
        }
        finally
        {
            Release(ref buffer);
        }
    }

    /// <summary>
    /// After the pump has ended: sends a Close to the sink, unless one has gone there or the sink is lost. False when it
    /// cannot be sent because a frame has passed in part.
    /// </summary>
    public async Task<bool> CloseSinkAsync(byte[] close, CancellationToken drop)
    {
        if (_forwarding && !_scanner.BetweenFrames)
        {
            return false;
        }

        await InsertAsync(close, drop);
        return true;
    }

    private async ValueTask ObeyAsync(StopOrder order, CancellationToken drop)
    {
        if (order.Close is null)
        {
            _forwarding = false;
        }
        else if (_scanner.BetweenFrames)
        {
            await InsertAsync(order.Close, drop);
        }
    }

    private async ValueTask InsertAsync(byte[] close, CancellationToken drop)
    {
        if (!_forwarding)
        {
            return;
        }

        _forwarding = false;
        try
        {
            await sink.WriteAsync(close, drop);
        }
        catch (Exception e) when (IsLoss(e))
        {
            LoseSink();
        }
    }

    private void LoseSink()
    {
        _forwarding = false;
        sinkLost();
    }

    // Kestrel reports an aborted connection as a cancellation.
    private static bool IsLoss(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private static void Release(ref byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }

    private sealed record StopOrder(byte[]? Close);
}

/// <summary>Why a <see cref="Pump"/> ended.</summary>
internal enum PumpEnd
{
    /// <summary>The source sent a Close; it has gone to the sink, unless another had before.</summary>
    CloseSeen,

    /// <summary>The source's connection ended without a Close.</summary>
    SourceLost,

    /// <summary>The source sent what is not a frame that a gateway may carry.</summary>
    SourceBroke,

    /// <summary>The tunnel dropped its connections.</summary>
    Dropped,
}
