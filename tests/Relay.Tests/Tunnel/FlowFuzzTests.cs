using System.Diagnostics;
using System.Globalization;
using Serverless.Contracts;
using Serverless.Relay.Metering;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>
/// Random input, mostly near what is right, cut at random, against the plain reader. A second each; as many as
/// <c>FUZZ_SECONDS</c> says. A failure names the seed, which <c>FUZZ_SEED</c> takes.
/// </summary>
public sealed class FlowFuzzTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_input_however_cut_ends_as_the_plain_reader_says(bool fromClient)
    {
        var seed = Setting("FUZZ_SEED") ?? Random.Shared.Next();
        var end = Stopwatch.GetTimestamp() + ((Setting("FUZZ_SECONDS") ?? 1) * Stopwatch.Frequency);
        do
        {
            Check(seed++, fromClient);
        }
        while (Stopwatch.GetTimestamp() < end);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Under_any_terms_what_goes_on_is_valid_and_little_is_allocated(bool fromClient)
    {
        var seed = Setting("FUZZ_SEED") ?? Random.Shared.Next();
        var end = Stopwatch.GetTimestamp() + ((Setting("FUZZ_SECONDS") ?? 1) * Stopwatch.Frequency);
        do
        {
            CheckTerms(seed++, fromClient);
        }
        while (Stopwatch.GetTimestamp() < end);
    }

    // Limits, orders of the relay's own and rules that look into messages: whatever they do, the sink gets whole frames in order.
    private static void CheckTerms(int seed, bool fromClient)
    {
        var random = new Random(seed);
        var input = Input(random, fromClient);
        var time = new ManualTime();
        var run = FlowRun.Of(fromClient, Terms(random, fromClient), time);
        for (var (at, steps) = (0, 0); at < input.Length && run.Next is FlowNext.More or FlowNext.Wait && steps < 2000; steps++)
        {
            Order(random, run.Flow, fromClient);
            if (run.Next == FlowNext.Wait)
            {
                time.Advance(run.Flow.Wait);
                run.Feed([]);
                continue;
            }

            var count = Math.Min(input.Length - at, random.Next(1, 40));
            run.Feed(input.AsSpan(at, count));
            at += count;
        }

        var sink = run.Sink.ToArray();
        var (length, _, _, end) = ReferenceReader.Read(sink, fromClient);
        Assert.True(end != "broken", $"seed {seed}, from client {fromClient}: the sink got what is not valid");
        Assert.True(end != "closed" || length == sink.Length, $"seed {seed}, from client {fromClient}: something follows a Close");
        Assert.True(run.Allocated < 256 * 1024, $"seed {seed}, from client {fromClient}: {run.Allocated} bytes");
    }

    private static TunnelTerms Terms(Random random, bool fromClient)
    {
        var rules = new DirectionRules
        {
            MessageSize = random.Next(2) == 0 ? null : new SizeRule(random.Next(1, 300), random.Next(2) == 0),
            Messages = random.Next(2) == 0 ? null : Rate(random, most: 4),
            Bytes = random.Next(2) == 0 ? null : Rate(random, most: 200),
        };
        var meter = new ApplicationMeter("product", "application");
        var counting = new CountingRules([
            new MessageRule
            {
                Direction = MessageDirection.Both,
                JsonPointer = "/type",
                EqualTo = System.Text.Json.JsonElement.Parse("1"),
                Metric = "orders",
                Delta = 1,
            },
        ]);
        return fromClient
            ? new() { Rules = new() { FromClient = rules }, FromClient = meter.FromClient, ClientObserver = counting.FromClient(meter, () => { }) }
            : new() { Rules = new() { FromBackend = rules }, FromBackend = meter.FromBackend, BackendObserver = counting.FromBackend(meter, () => { }) };
    }

    private static RateRule Rate(Random random, int most) =>
        new(random.Next(1, 10), random.Next(1, most), (RateAction)random.Next(3), random.Next(4) == 0);

    private static void Order(Random random, Flow flow, bool fromClient)
    {
        switch (random.Next(40))
        {
            case 0:
                flow.OrderControl(PingFrame.Make(fromClient, out var payload));
                flow.ExpectPong(payload);
                break;
            case 1:
                flow.OrderMessage(Frame.Message(random.Next(10), fromClient));
                break;
            case 2 when random.Next(4) == 0:
                flow.OrderStop(Frame.Close(1001, "", fromClient));
                break;
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Check(int seed, bool fromClient)
    {
        var random = new Random(seed);
        var input = Input(random, fromClient);
        var expected = ReferenceReader.Read(input, fromClient);
        var run = FlowRun.Of(fromClient);

        for (var at = 0; at < input.Length && run.Next == FlowNext.More;)
        {
            var count = Math.Min(input.Length - at, random.Next(4) == 0 ? random.Next(1, 200) : random.Next(1, 8));
            run.Feed(input.AsSpan(at, count));
            at += count;
        }

        var found = (run.Sink.Count, run.Flow.Totals.Messages, run.Flow.Totals.Bytes, run.Next.ToString().ToLowerInvariant());
        Assert.True(expected == found, $"seed {seed}, from client {fromClient}: expected {expected}, found {found}");
        Assert.True(input.AsSpan(0, run.Sink.Count).SequenceEqual(run.Sink.ToArray()), $"seed {seed}: other bytes");
    }

    private static byte[] Payload(Random random, int size)
    {
        var payload = new byte[size];
        if (random.Next(2) == 0)
        {
            var json = """{"type":1,"x":"\ud800"}"""u8;
            json[..Math.Min(size, json.Length)].CopyTo(payload);
        }

        return payload;
    }

    private static byte[] Input(Random random, bool fromClient)
    {
        List<byte> input = [];
        for (var frames = random.Next(12); frames > 0; frames--)
        {
            var opcode = random.Next(10) switch { < 3 => 0, < 6 => 1 + random.Next(2), < 9 => 8 + random.Next(3), _ => random.Next(16) };
            var size = random.Next(8) switch { 0 => random.Next(130, 400), 1 => random.Next(120, 130), _ => random.Next(20) };
            input.AddRange(Frame.Of(opcode, Payload(random, size), fromClient, final: opcode >= 8 || random.Next(3) > 0));
        }

        // One byte of some inputs is another.
        if (input.Count > 0 && random.Next(3) == 0)
        {
            input[random.Next(input.Count)] = (byte)random.Next(256);
        }

        return [.. input];
    }
}
