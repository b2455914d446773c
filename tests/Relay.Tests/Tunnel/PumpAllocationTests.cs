using System.Threading.Tasks.Sources;
using Serverless.Contracts;
using Serverless.Relay.Metering;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class PumpAllocationTests
{
    private const int Frames = 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Allocates_nothing_per_frame(bool waitsForEach)
    {
        Measure(100, waitsForEach);

        var few = Measure(100, waitsForEach);
        var many = Measure(Frames, waitsForEach);

        // A byte a frame would be 20,000; what a run costs at all is in both.
        Assert.InRange(many - few, 0, Frames / 100);
    }

    [Fact]
    public void The_measure_itself_finds_an_allocation_per_frame()
    {
        Measure(100, waitsForEach: true, allocate: true);

        var few = Measure(100, waitsForEach: true, allocate: true);
        var many = Measure(Frames, waitsForEach: true, allocate: true);

        Assert.True(many - few > Frames * 24L);
    }

    private static long Measure(int frames, bool waitsForEach, bool allocate = false)
    {
        var source = new FrameSource(Frame.Message(100, masked: true), frames, waitsForEach, allocate);

        // As every tunnel of a relay has them: what its application uses, one limit of its plan, and a rule of the product's.
        var meter = new ApplicationMeter("product", "application");
        meter.Heed([new MeteredLimit { Metric = BuiltinMetrics.BytesIn, Period = "eternity", Limit = long.MaxValue, Used = 0 }]);
        var rules = new CountingRules([new MessageRule { Direction = MessageDirection.In, Metric = "messages", Delta = 1 }]);
        var terms = new TunnelTerms { FromClient = meter.FromClient, ClientObserver = rules.FromClient(meter, () => { }) };
        var flow = new Flow(fromClient: true, terms, TimeProvider.System, (_, _) => { });
        var pump = new Pump(source, Stream.Null, flow, TimeProvider.System, () => { }, () => { });

        var before = GC.GetAllocatedBytesForCurrentThread();
        var running = pump.RunAsync(CancellationToken.None);
        source.Run();
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(frames, flow.Totals.Messages);
        return after - before;
    }

    /// <summary>One frame a read, at once or on this thread's next turn, as a socket would give them; then the end.</summary>
    private sealed class FrameSource(byte[] frame, int frames, bool waits, bool allocate) : MemoryStream, IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _read;
        private int _left = frames;
        private bool _pending;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
            {
                if (!waits)
                {
                    return ValueTask.FromResult(0);
                }

                _read.Reset();
                _pending = true;
                return new ValueTask<int>(this, _read.Version);
            }

            if (_left-- == 0)
            {
                return ValueTask.FromResult(0);
            }

            (allocate ? [.. frame] : frame).CopyTo(buffer);
            return ValueTask.FromResult(frame.Length);
        }

        public void Run()
        {
            while (_pending)
            {
                _pending = false;
                _read.SetResult(0);
            }
        }

        public int GetResult(short token) => _read.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _read.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _read.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
    }
}
