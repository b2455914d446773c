using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class FrameScannerTests
{
    // A message in three frames with a ping in between, sizes around the header's two steps, compressed, and a Close.
    private static byte[] Conversation(bool masked) =>
    [
        .. Frame.Of(Frame.Text, "first"u8, masked, final: false, rsv: 4),
        .. Frame.Of(Frame.Ping, "p"u8, masked),
        .. Frame.Of(Frame.Continuation, [], masked, final: false),
        .. Frame.Of(Frame.Continuation, "last"u8, masked),
        .. Frame.Message(0, masked),
        .. Frame.Message(1, masked),
        .. Frame.Message(125, masked),
        .. Frame.Message(126, masked),
        .. Frame.Close(1000, "bye", masked),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Counts_the_same_however_the_bytes_are_cut_in_two(bool masked)
    {
        var bytes = Conversation(masked);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var run = new Run(masked);

            run.Feed(bytes.AsSpan(0, cut));
            run.Feed(bytes.AsSpan(cut));

            Assert.Equal(ScanOutcome.Close, run.Outcome);
            Assert.Equal(bytes, run.Passed);
            Assert.Equal(new DirectionTotals(5, 9 + 1 + 125 + 126), run.Scanner.Totals);
            Assert.Equal((ushort)1000, run.Scanner.CloseCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Counts_the_same_byte_by_byte(bool masked)
    {
        var run = new Run(masked);

        foreach (var b in Conversation(masked))
        {
            run.Feed([b]);
        }

        Assert.Equal(ScanOutcome.Close, run.Outcome);
        Assert.Equal(5, run.Scanner.Totals.Messages);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(16 * 1024 * 1024)]
    public void Follows_a_frame_of_any_size(int size)
    {
        var frame = Frame.Message(size, masked: true);
        var run = new Run(fromClient: true);

        for (var at = 0; at < frame.Length; at += 60_000)
        {
            run.Feed(frame.AsSpan(at, Math.Min(60_000, frame.Length - at)));
        }

        Assert.Equal(frame.Length, run.Passed.Count);
        Assert.Equal(new DirectionTotals(1, size), run.Scanner.Totals);
        Assert.True(run.Scanner.BetweenFrames);
    }

    [Fact]
    public void Lets_nothing_pass_of_a_header_that_is_cut_short()
    {
        var scanner = new FrameScanner(fromClient: true);
        var frame = Frame.Message(70_000, masked: true);

        for (var length = 0; length < FrameHeader.MaxLength; length++)
        {
            Assert.Equal(new Scan(0, ScanOutcome.More), scanner.Read(frame.AsSpan(0, length), ScanMode.Pass));
        }

        Assert.True(scanner.BetweenFrames);
        Assert.Equal(new Scan(14, ScanOutcome.More), scanner.Read(frame.AsSpan(0, 14), ScanMode.Pass));
        Assert.False(scanner.BetweenFrames);
    }

    [Fact]
    public void Stops_after_the_frame_that_is_under_way()
    {
        var scanner = new FrameScanner(fromClient: false);
        byte[] frames = [.. Frame.Message(10, masked: false), .. Frame.Message(20, masked: false)];
        scanner.Read(frames.AsSpan(0, 5), ScanMode.Pass);

        var scan = scanner.Read(frames.AsSpan(5), ScanMode.StopAtFrameEnd);

        Assert.Equal(new Scan(12 - 5, ScanOutcome.FrameEnd), scan);
        Assert.True(scanner.BetweenFrames);
    }

    [Fact]
    public void Does_not_count_what_is_discarded()
    {
        var scanner = new FrameScanner(fromClient: false);

        var scan = scanner.Read(Conversation(masked: false), ScanMode.Discard);

        Assert.Equal(ScanOutcome.Close, scan.Outcome);
        Assert.Equal(default, scanner.Totals);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Knows_no_code_of_a_close_that_carries_none(int payload)
    {
        var run = new Run(fromClient: true);

        run.Feed(Frame.Of(Frame.CloseOpcode, new byte[payload], masked: true));

        Assert.Equal(ScanOutcome.Close, run.Outcome);
        Assert.Null(run.Scanner.CloseCode);
    }

    public static TheoryData<string, byte[], bool> Unacceptable => new()
    {
        { "unmasked from a client", [0x81, 0x01, 0x00], true },
        { "masked from a backend", [0x81, 0x81, 0, 0, 0, 0, 0], false },
        { "64-bit length with its top bit set", [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 1], false },
        { "reserved data opcode", [0x83, 0x00], false },
        { "reserved control opcode", [0x8B, 0x00], false },
        { "fragmented ping", [0x09, 0x00], false },
        { "fragmented close", [0x08, 0x00], false },
        { "ping of 126 bytes", [0x89, 0x7E, 0x00, 0x7E], false },
    };

    [Theory]
    [MemberData(nameof(Unacceptable))]
    public void Refuses_what_no_gateway_may_carry_and_lets_the_frame_before_it_pass(string what, byte[] bad, bool fromClient)
    {
        var good = Frame.Message(3, masked: fromClient);
        var run = new Run(fromClient);

        run.Feed([.. good, .. bad]);

        Assert.True(run.Outcome == ScanOutcome.Invalid, what);
        Assert.Equal(good, run.Passed);
    }

    /// <summary>Feeds a scanner as a pump does: what did not pass comes again.</summary>
    private sealed class Run(bool fromClient)
    {
        private byte[] _held = [];

        public FrameScanner Scanner = new(fromClient);

        public List<byte> Passed { get; } = [];

        public ScanOutcome Outcome { get; private set; }

        public void Feed(ReadOnlySpan<byte> bytes)
        {
            byte[] input = [.. _held, .. bytes];
            var scan = Scanner.Read(input, ScanMode.Pass);
            Passed.AddRange(input.AsSpan(0, scan.Passed));
            _held = input[scan.Passed..];
            Outcome = scan.Outcome;
            if (Outcome == ScanOutcome.More)
            {
                Assert.True(_held.Length < FrameHeader.MaxLength);
            }
        }
    }
}
