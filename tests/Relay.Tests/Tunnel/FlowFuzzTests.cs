using System.Diagnostics;
using System.Globalization;
using Serverless.Relay.Tunnel;

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

    private static byte[] Input(Random random, bool fromClient)
    {
        List<byte> input = [];
        for (var frames = random.Next(12); frames > 0; frames--)
        {
            var opcode = random.Next(10) switch { < 3 => 0, < 6 => 1 + random.Next(2), < 9 => 8 + random.Next(3), _ => random.Next(16) };
            var size = random.Next(8) switch { 0 => random.Next(130, 400), 1 => random.Next(120, 130), _ => random.Next(20) };
            input.AddRange(Frame.Of(opcode, new byte[size], fromClient, final: opcode >= 8 || random.Next(3) > 0));
        }

        // One byte of some inputs is another.
        if (input.Count > 0 && random.Next(3) == 0)
        {
            input[random.Next(input.Count)] = (byte)random.Next(256);
        }

        return [.. input];
    }
}
