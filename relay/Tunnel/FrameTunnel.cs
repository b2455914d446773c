using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// An open WebSocket connection through the relay: two pumps, and an end that both sides hear of. Owns both streams,
/// which begin with the first byte after the handshake and must take a read and a write at the same time.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification =
    "A token source without timer or link has nothing to release, and disposing of it would race with Drop.")]
internal sealed class FrameTunnel
{
    private const int DrainBuffer = 4096;

    private readonly Stream _client;
    private readonly Stream _backend;
    private readonly TunnelOptions _options;
    private readonly TimeProvider _time;
    private readonly Direction _fromClient;
    private readonly Direction _fromBackend;
    private readonly Watch _watch;
    private readonly LoopCarrier? _carrier;
    private readonly long _started;
    private readonly Ending _ending = new();
    private readonly CancellationTokenSource _drop = new();
    private readonly Lock _timerLock = new();
    private ITimer? _timer;
    private bool _over;
    private Exception? _fault;

    /// <param name="client">The client's connection.</param>
    /// <param name="backend">The backend's connection.</param>
    /// <param name="terms">What the tunnel has to keep to.</param>
    /// <param name="options">How it ends.</param>
    /// <param name="time">The clock of all its times.</param>
    /// <param name="reached">Hears of limits; may be called by several threads at once.</param>
    public FrameTunnel(
        Stream client, Stream backend, TunnelTerms terms, TunnelOptions options, TimeProvider time, LimitReached reached)
    {
        (_client, _backend, _options, _time, _started) = (client, backend, options, time, time.GetTimestamp());
        var up = new Flow(fromClient: true, terms, time, reached);
        var down = new Flow(fromClient: false, terms, time, reached);
        _fromClient = new Direction(up, client, FromClient: true);
        _fromBackend = new Direction(down, backend, FromClient: false);
        _watch = new Watch(terms, up, down, reached);
        _carrier = client is LoopStream onLoop && backend is LoopStream alsoOnLoop
            ? new LoopCarrier(onLoop, alsoOnLoop, up, down, time, SawClose)
            : null;
    }

    /// <summary>What has passed from client to backend so far. May be sampled by any thread.</summary>
    public DirectionTotals FromClient => _fromClient.Flow.Totals;

    /// <summary>What has passed from backend to client so far. May be sampled by any thread.</summary>
    public DirectionTotals FromBackend => _fromBackend.Flow.Totals;

    /// <summary>How long it has been there.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_started);

    /// <summary>Why it ends; None while it does not.</summary>
    public TunnelEnd End => _ending.End;

    /// <summary>Carries frames until the tunnel has ended, for whatever reason. Call once; does not throw.</summary>
    public async Task<TunnelResult> RunAsync()
    {
        // Here and not in a method of its own, which would be one more to be kept while nothing happens.
        var (fromClient, fromBackend) = (default(Carried), default(Carried));
        if (_carrier is not null)
        {
            await _carrier.BeginAsync();
            if (_drop.IsCancellationRequested)
            {
                _carrier.Leave();
            }

            (fromClient, fromBackend) = Leave(_carrier, await _carrier.Done);
        }

        if (!fromClient.IsClosed || !fromBackend.IsClosed)
        {
            // A pump that always finds something to read and room to write would never let the other one start.
            await Task.WhenAll(
                Task.Run(() => CarryAsync(_fromClient, _fromBackend, fromClient)),
                Task.Run(() => CarryAsync(_fromBackend, _fromClient, fromBackend)));
        }

        await EndConnectionsAsync();
        StopTimer();
        _fromClient.Flow.Settle();
        _fromBackend.Flow.Settle();

        return new TunnelResult(
            _ending.End,
            _ending.CloseCode,
            FromClient,
            FromBackend,
            Age,
            _drop.IsCancellationRequested,
            _fault);
    }

    /// <summary>
    /// From any thread: each direction stops after the frame that is under way and sends the Close that belongs to
    /// <paramref name="end"/>. Does nothing when the tunnel is ending already.
    /// </summary>
    public void RequestEnd(TunnelEnd end)
    {
        if (_ending.Request(end))
        {
            StopBoth(end);
        }
    }

    /// <summary>
    /// From any thread: has a whole message sent to the client, between those of its backend. False when the tunnel ends, or so
    /// many wait for a client that takes none that there is no room for one more.
    /// </summary>
    public bool Say(byte[] message)
    {
        if (!_fromBackend.Flow.OrderMessage(message))
        {
            return false;
        }

        Wake(_fromBackend);
        return true;
    }

    /// <summary>From any thread: both connections are dropped now, whatever is under way.</summary>
    public void Drop(TunnelEnd end)
    {
        _ending.Fail(end);
        DropBoth();
    }

    /// <summary>
    /// Looks after it: ends it when a time is up, asks peers that say nothing whether they are there. To be called about
    /// once a second from when it runs, by one thread at a time.
    /// </summary>
    public void Pulse()
    {
        if (End != TunnelEnd.None)
        {
            return;
        }

        var found = _watch.Look(Age, _time.GetUtcNow());
        if (found.End != TunnelEnd.None)
        {
            RequestEnd(found.End);
        }

        if (found.AskClient)
        {
            Ask(_fromClient, _fromBackend);
        }

        if (found.AskBackend)
        {
            Ask(_fromBackend, _fromClient);
        }
    }

    private void Ask(Direction hears, Direction tells)
    {
        var ping = PingFrame.Make(masked: tells.FromClient, out var payload);
        hears.Flow.ExpectPong(payload);
        if (tells.Flow.OrderControl(ping))
        {
            Wake(tells);
        }
    }

    private (Carried FromClient, Carried FromBackend) Leave(LoopCarrier carrier, Exception? fault)
    {
        var left = carrier.Hand();
        if (fault is not null)
        {
            Fail(fault);
        }

        return left;
    }

    private async Task CarryAsync(Direction from, Direction to, Carried start)
    {
        try
        {
            var pump = new Pump(from.Source, to.Source, from.Flow, _time, () => SawClose(from), () => SinkLost(to.Lost));
            from.Begin(pump);
            switch (await pump.RunAsync(_drop.Token, start))
            {
                case PumpEnd.SourceLost:
                    StartTimer();
                    await TellSinkAsync(from, _ending.Fail(from.Lost));
                    Stop(to, close: null);
                    break;

                case PumpEnd.SourceBroke:
                    StartTimer();
                    var end = _ending.Fail(from.Flow.End);
                    Stop(to, to.Close(end));
                    await TellSinkAsync(from, end);

                    // Unread bytes would turn the end of the connection into a reset, which may overtake the Close.
                    await DrainAsync(from.Source);
                    break;

                case PumpEnd.CloseSeen or PumpEnd.Dropped:
                    break;
            }
        }
        catch (Exception e)
        {
            // A bug in a pump must not leave the other one waiting for a Close that never comes.
            Fail(e);
        }
    }

    private void Fail(Exception fault)
    {
        _fault = fault;
        _ending.Fail(TunnelEnd.RelayFault);
        DropBoth();
    }

    private void Stop(Direction direction, byte[]? close)
    {
        if (direction.Flow.OrderStop(close))
        {
            Wake(direction);
        }
    }

    private void Wake(Direction direction)
    {
        direction.Pump?.Wake();
        _carrier?.Wake();
    }

    private async Task TellSinkAsync(Direction direction, TunnelEnd end)
    {
        if (direction.Close(end) is { } close && !await direction.Pump!.CloseSinkAsync(close, _drop.Token))
        {
            DropBoth();
        }
    }

    private void StopBoth(TunnelEnd end)
    {
        StartTimer();

        // Both are ordered before either is woken: the answer of the one must not pass as what the other is told.
        var tellsClient = _fromBackend.Flow.OrderStop(_fromBackend.Close(end));
        var tellsBackend = _fromClient.Flow.OrderStop(_fromClient.Close(end));
        if (tellsClient)
        {
            Wake(_fromBackend);
        }

        if (tellsBackend)
        {
            Wake(_fromClient);
        }
    }

    private void DropBoth()
    {
        _drop.Cancel();

        // Both are woken, whatever was ordered before: one that is to close between frames may wait for the rest of a frame.
        foreach (var direction in (ReadOnlySpan<Direction>)[_fromClient, _fromBackend])
        {
            direction.Flow.OrderStop(close: null);
            direction.Pump?.Wake();
        }

        _carrier?.Leave();
    }

    private void SawClose(Flow flow) => SawClose(flow == _fromClient.Flow ? _fromClient : _fromBackend);

    private void SawClose(Direction from)
    {
        _ending.SawClose(from.Closed, from.Flow.CloseCode);
        StartTimer();
    }

    private void SinkLost(TunnelEnd end)
    {
        _ending.Suspect(end);
        StartTimer();
    }

    private void StartTimer()
    {
        lock (_timerLock)
        {
            if (_timer is null && !_over)
            {
                _timer = _time.CreateTimer(_ => OnTimeout(), null, _options.CloseTimeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // First the side that waits for an answer is told so; when that does not end the tunnel either, it is dropped.
    private void OnTimeout()
    {
        if (!_ending.TimeOut())
        {
            DropBoth();
            return;
        }

        StopBoth(_ending.End);
        lock (_timerLock)
        {
            _timer?.Change(_options.LingerTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopTimer()
    {
        lock (_timerLock)
        {
            _over = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    // The server of each connection ends it first (RFC 6455 §7.1.1): the relay towards the client, and the backend
    // towards the relay.
    private async Task EndConnectionsAsync()
    {
        try
        {
            await using (_backend)
            {
                await using (_client)
                {
                }

                if (!_drop.IsCancellationRequested)
                {
                    await DrainAsync(_backend);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // They end all the same.
        }
    }

    private async Task DrainAsync(Stream source)
    {
        using var linger = new CancellationTokenSource(_options.LingerTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(linger.Token, _drop.Token);
        try
        {
            // An empty read ends when there is something to read: who says nothing costs nothing.
            var buffer = Array.Empty<byte>();
            do
            {
                _ = await source.ReadAsync(Memory<byte>.Empty, either.Token);
                buffer = buffer.Length == 0 ? new byte[DrainBuffer] : buffer;
            }
            while (await source.ReadAsync(buffer, either.Token) > 0);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // However it ends, there is nothing more to wait for.
        }
    }
}
