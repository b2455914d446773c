using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Relay.Sockets;

/// <summary>A connection that Kestrel serves, until it is detached or ends.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It is: DisposeAsync.")]
internal sealed class LoopConnection : ConnectionContext,
    IDuplexPipe, IDetachableConnection, IMemoryPoolFeature, IConnectionIdFeature, IConnectionItemsFeature,
    IConnectionTransportFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    // For a peer to take what Kestrel still has for it.
    private static readonly TimeSpan DetachTimeout = TimeSpan.FromSeconds(5);

    private static long _connections;

    private readonly LoopSocket _socket;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly PipeFiller _filler;
    private readonly PipeSender _sender;
    private readonly CancellationTokenSource _closed = new();
    private readonly long _number = Interlocked.Increment(ref _connections);
    private Task<bool>? _filling;
    private Task<bool>? _sending;
    private bool _detached;

    public LoopConnection(LoopSocket socket, EndPoint? remote, MemoryPool<byte> pool)
    {
        (_socket, RemoteEndPoint, MemoryPool) = (socket, remote, pool);
        LocalEndPoint = socket.LocalEndPoint;
        ConnectionClosed = _closed.Token;

        // The bounds that Kestrel's own transport has in the relay.
        _input = new Pipe(new PipeOptions(
            pool, pauseWriterThreshold: 128 * 1024, resumeWriterThreshold: 64 * 1024, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(
            pool, pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
        Transport = this;
        _filler = new PipeFiller(socket, _input.Writer);
        _sender = new PipeSender(socket, _output.Reader);

        Features.Set<IDetachableConnection>(this);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
    }

    public override string ConnectionId
    {
        get => field ??= $"L{_number:X}";
        set;
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection(12);

    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool { get; }

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output.Writer;

    /// <summary>Begins to read and to write. Call once.</summary>
    public void Start()
    {
        _sending = SendAsync();
        _filling = FillAsync();
    }

    public async Task<LoopStream?> TryDetachAsync()
    {
        _sender.Stop();
        try
        {
            if (!await _sending!.WaitAsync(DetachTimeout))
            {
                return null;
            }
        }
        catch (TimeoutException)
        {
            Abort();
            return null;
        }

        _filler.Stop();
        if (!await _filling!)
        {
            return null;
        }

        var stream = new LoopStream(_socket);
        if (_input.Reader.TryRead(out var read))
        {
            stream.PutBack(read.Buffer.ToArray());
            _input.Reader.AdvanceTo(read.Buffer.End);
        }

        _detached = true;
        return stream;
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket.Abort();
        _sender.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync();
        await _output.Writer.CompleteAsync();
        await _sending!;
        await _filling!;
        if (_detached)
        {
            await _closed.CancelAsync();
        }
        else
        {
            _socket.Dispose();
        }

        _closed.Dispose();
        await base.DisposeAsync();
    }

    private async Task<bool> SendAsync()
    {
        if (await _sender.RunAsync())
        {
            return true;
        }

        // What Kestrel has said is said: the peer's end is all there is to wait for, and it comes at once.
        _socket.Shutdown();
        return false;
    }

    private async Task<bool> FillAsync()
    {
        if (await _filler.RunAsync())
        {
            return true;
        }

        await _closed.CancelAsync();
        return false;
    }
}
