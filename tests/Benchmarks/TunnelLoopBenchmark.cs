using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tunnel;

namespace Serverless.Benchmarks;

/// <summary>
/// A tunnel on an event loop between two real connections: what a frame costs, system calls included, and that it allocates
/// nothing. Each operation is one frame from the client to the backend.
/// </summary>
[MemoryDiagnoser]
public class TunnelLoopBenchmark
{
    private const int Frames = 10_000;

    private readonly EventLoops _loops = new(() => 1);
    private Socket _client = null!;
    private Socket _backend = null!;
    private FrameTunnel _tunnel = null!;
    private Task<TunnelResult> _running = null!;
    private byte[] _batch = [];
    private byte[] _room = [];

    /// <summary>Payload bytes of a frame.</summary>
    [Params(64, 1024)]
    public int Payload { get; set; }

    /// <summary>Frames that the client sends at once.</summary>
    [Params(1, 50)]
    public int AtOnce { get; set; }

    /// <summary>Opens the tunnel; synchronously, because not every toolchain waits for a setup.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (var nearClient, _client) = ConnectAsync().GetAwaiter().GetResult();
        (var nearBackend, _backend) = ConnectAsync().GetAwaiter().GetResult();
        _tunnel = new FrameTunnel(nearClient, nearBackend, new TunnelTerms(), new TunnelOptions(), TimeProvider.System, (_, _) => { });
        _running = _tunnel.RunAsync();
        byte[] header = Payload < 126
            ? [0x82, (byte)(0x80 | Payload), 1, 2, 3, 4]
            : [0x82, 0x80 | 126, (byte)(Payload >> 8), (byte)Payload, 1, 2, 3, 4];
        _batch = [.. Enumerable.Repeat<byte[]>([.. header, .. new byte[Payload]], AtOnce).SelectMany(frame => frame)];
        _room = new byte[_batch.Length];
    }

    /// <summary>Sends and waits for what comes out, again and again.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public void Carry()
    {
        for (var sent = 0; sent < Frames; sent += AtOnce)
        {
            _client.Send(_batch);
            for (var read = 0; read < _room.Length;)
            {
                read += _backend.Receive(_room);
            }
        }
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _tunnel.Drop(TunnelEnd.ShuttingDown);
        _running.GetAwaiter().GetResult();
        _client.Dispose();
        _backend.Dispose();
        _loops.Dispose();
    }

    private async Task<(LoopStream Near, Socket Far)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = await LoopSocket.ConnectAsync(_loops.Next(), (IPEndPoint)listener.LocalEndpoint, CancellationToken.None);
        var far = await listener.AcceptSocketAsync();
        far.NoDelay = true;
        return (new LoopStream(near), far);
    }
}
