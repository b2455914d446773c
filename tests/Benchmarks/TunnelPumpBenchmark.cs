using System.Threading.Tasks.Sources;
using BenchmarkDotNet.Attributes;
using Serverless.Relay.Tunnel;

namespace Serverless.Benchmarks;

/// <summary>
/// One direction of a tunnel in memory: what the relay itself adds to a frame, and that a frame allocates nothing. Each
/// operation is one frame.
/// </summary>
[MemoryDiagnoser]
public class TunnelPumpBenchmark
{
    private const int Frames = 10_000;

    private byte[] _read = [];
    private int _framesPerRead;

    /// <summary>Payload bytes of a frame.</summary>
    [Params(64, 1024, 65_536)]
    public int Payload { get; set; }

    /// <summary>Whether frames come one a read, each waited for, or as many as a buffer takes.</summary>
    [Params(false, true)]
    public bool Batched { get; set; }

    /// <summary>Makes the bytes of one read.</summary>
    [GlobalSetup]
    public void Setup()
    {
        byte[] header = Payload switch
        {
            < 126 => [0x82, (byte)(0x80 | Payload), 1, 2, 3, 4],
            <= ushort.MaxValue => [0x82, 0x80 | 126, (byte)(Payload >> 8), (byte)Payload, 1, 2, 3, 4],
            _ => [0x82, 0x80 | 127, 0, 0, 0, 0, 0, (byte)(Payload >> 16), (byte)(Payload >> 8), (byte)Payload, 1, 2, 3, 4],
        };
        byte[] frame = [.. header, .. new byte[Payload]];
        _framesPerRead = Batched ? Math.Max(1, 65_000 / frame.Length) : 1;
        _read = [.. Enumerable.Repeat(frame, _framesPerRead).SelectMany(f => f)];
    }

    /// <summary>Pumps frames from a source that waits as a socket does into a sink that takes everything.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public long Pump()
    {
        var source = new FrameSource(_read, Frames / _framesPerRead);
        var flow = new Flow(fromClient: true, new TunnelTerms(), TimeProvider.System, (_, _) => { });
        var pump = new Pump(source, Stream.Null, flow, TimeProvider.System, () => { }, () => { });
        var running = pump.RunAsync(CancellationToken.None);
        source.Run();
        running.GetAwaiter().GetResult();
        return flow.Totals.Messages;
    }

    private sealed class FrameSource(byte[] bytes, int reads) : MemoryStream, IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _ready;
        private int _left = reads;
        private int _at;
        private bool _pending;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty && _at == 0)
            {
                _ready.Reset();
                _pending = true;
                return new ValueTask<int>(this, _ready.Version);
            }

            if (buffer.IsEmpty || _left == 0)
            {
                return ValueTask.FromResult(0);
            }

            var count = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer.Span);
            _at += count;
            if (_at == bytes.Length)
            {
                _at = 0;
                _left--;
            }

            return ValueTask.FromResult(count);
        }

        public void Run()
        {
            while (_pending)
            {
                _pending = false;
                _ready.SetResult(0);
            }
        }

        public int GetResult(short token) => _ready.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _ready.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _ready.OnCompleted(continuation, state, token, flags);
    }
}
