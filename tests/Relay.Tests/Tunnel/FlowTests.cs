using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class FlowTests
{
    private static readonly TunnelTerms Compressing = new() { AllowedRsv = 0x40 };

    // A message in three frames with a ping in between, sizes around the header's two steps, compressed, and a Close.
    private static byte[] Conversation(bool masked) =>
    [
        .. Frame.Of(Frame.Text, "first"u8, masked, final: false, rsv: 4),
        .. Frame.Of(Frame.Ping, "p"u8, masked),
        .. Frame.Of(Frame.Continuation, [], masked, final: false),
        .. Frame.Of(Frame.Continuation, "last"u8, masked),
        .. Frame.Of(Frame.Pong, "eight by"u8, masked),
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
            var run = FlowRun.Of(masked, Compressing);
            run.Flow.ExpectPong(1);

            run.Feed(bytes.AsSpan(0, cut));
            run.Feed(bytes.AsSpan(cut));

            Assert.Equal(FlowNext.Closed, run.Next);
            Assert.Equal(bytes, run.Sink);
            Assert.Equal(new DirectionTotals(5, 9 + 1 + 125 + 126), run.Flow.Totals);
            Assert.Equal(bytes.Length, run.Flow.Passed);
            Assert.Equal(bytes.Length, run.Flow.Heard);
            Assert.Equal((ushort)1000, run.Flow.CloseCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Counts_the_same_byte_by_byte(bool masked)
    {
        var run = FlowRun.Of(masked, Compressing);

        foreach (var b in Conversation(masked))
        {
            run.Feed([b]);
        }

        Assert.Equal(FlowNext.Closed, run.Next);
        Assert.Equal(5, run.Flow.Totals.Messages);
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
        var run = FlowRun.Of(fromClient: true);

        for (var at = 0; at < frame.Length; at += 60_000)
        {
            run.Feed(frame.AsSpan(at, Math.Min(60_000, frame.Length - at)));
        }

        Assert.Equal(frame.Length, run.Sink.Count);
        Assert.Equal(new DirectionTotals(1, size), run.Flow.Totals);
        Assert.True(run.Flow.SinkBetweenFrames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Knows_the_code_of_a_close_that_carries_one(int payload)
    {
        var run = FlowRun.Of(fromClient: true);

        run.Feed(Frame.Of(Frame.CloseOpcode, new byte[payload], masked: true));

        Assert.Equal(FlowNext.Closed, run.Next);
        Assert.Equal(payload == 0 ? null : (ushort)0, run.Flow.CloseCode);
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
        { "close of one byte", [0x88, 0x01, 0x03], false },
        { "RSV1 that nobody negotiated", [0xC2, 0x00], false },
        { "RSV2", [0xA2, 0x00], false },
        { "RSV3 on a ping", [0x99, 0x00], false },
        { "continuation of nothing", [0x80, 0x00], false },
        { "message inside a message", [0x01, 0x00, 0x82, 0x00], false },
    };

    [Theory]
    [MemberData(nameof(Unacceptable))]
    public void Refuses_what_no_gateway_may_carry_and_lets_the_frames_before_it_pass(string what, byte[] bad, bool fromClient)
    {
        var good = Frame.Message(3, masked: fromClient);
        var run = FlowRun.Of(fromClient);

        run.Feed([.. good, .. bad]);

        Assert.True(run.Next == FlowNext.Broken, what);
        Assert.Equal(fromClient ? TunnelEnd.ClientProtocolError : TunnelEnd.BackendProtocolError, run.Flow.End);
        Assert.Equal(good, run.Sink.Take(good.Length));
        Assert.InRange(run.Sink.Count, good.Length, good.Length + 2);
    }

    [Theory]
    [InlineData(0x40, new byte[] { 0xC2, 0x00 }, true)]
    [InlineData(0x40, new byte[] { 0xC9, 0x00 }, false)]
    [InlineData(0x40, new byte[] { 0x42, 0x00, 0xC0, 0x00 }, false)]
    [InlineData(0x40, new byte[] { 0x42, 0x00, 0x80, 0x00 }, true)]
    [InlineData(0x40, new byte[] { 0xA2, 0x00 }, false)]
    [InlineData(0x70, new byte[] { 0xF9, 0x00 }, true)]
    public void Takes_rsv_bits_for_what_the_negotiated_extension_means_by_them(byte allowed, byte[] frames, bool passes)
    {
        var run = FlowRun.Of(fromClient: false, new TunnelTerms { AllowedRsv = allowed });

        Assert.Equal(passes ? FlowNext.More : FlowNext.Broken, run.Feed(frames));
    }

    [Fact]
    public void Inserts_a_close_after_the_frame_that_is_under_way_and_nothing_follows()
    {
        var run = FlowRun.Of(fromClient: false);
        var frame = Frame.Message(10, masked: false);
        var close = Frame.Close(1001, "over", masked: false);
        run.Feed(frame.AsSpan(0, 5));

        Assert.True(run.Flow.OrderStop(close));
        Assert.False(run.Flow.OrderStop(null));
        run.Feed([.. frame[5..], .. frame, .. Frame.Close(1000, "", masked: false)]);

        Assert.Equal([.. frame, .. close], run.Sink);
        Assert.Equal(FlowNext.Closed, run.Next);
        Assert.Equal(1, run.Flow.Totals.Messages);
    }

    [Fact]
    public void Stops_in_the_middle_of_a_frame_without_a_close()
    {
        var run = FlowRun.Of(fromClient: false);
        var frame = Frame.Message(10, masked: false);
        run.Feed(frame.AsSpan(0, 5));

        run.Flow.OrderStop(null);
        run.Feed([.. frame[5..], .. Frame.Close(1000, "", masked: false)]);

        Assert.Equal(frame[..5], run.Sink);
        Assert.False(run.Flow.SinkBetweenFrames);
        Assert.Equal(FlowNext.Closed, run.Next);
    }

    [Fact]
    public void Inserts_control_frames_between_frames_and_messages_between_messages()
    {
        var run = FlowRun.Of(fromClient: false);
        var begin = Frame.Of(Frame.Text, "be"u8, masked: false, final: false);
        var end = Frame.Of(Frame.Continuation, "gin"u8, masked: false);
        var ping = Frame.Of(Frame.Ping, "?"u8, masked: false);
        var message = Frame.Message(4, masked: false);
        run.Feed(begin.AsSpan(0, 3));

        run.Flow.OrderControl(ping);
        run.Flow.OrderMessage(message);
        run.Feed([.. begin[3..], .. end, .. end[..0]]);
        run.Feed([]);

        Assert.Equal([.. begin, .. ping, .. end, .. message], run.Sink);
    }

    [Fact]
    public void Keeps_no_more_insertions_than_it_says()
    {
        var run = FlowRun.Of(fromClient: false);
        run.Feed(Frame.Message(10, masked: false).AsSpan(0, 5));
        var ping = Frame.Of(Frame.Ping, [], masked: false);

        for (var i = 0; i < Insertions.Most; i++)
        {
            Assert.True(run.Flow.OrderControl(ping));
        }

        Assert.False(run.Flow.OrderControl(ping));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keeps_the_pong_that_answers_its_own_ping_to_itself_wherever_it_is_cut(bool masked)
    {
        byte[] own = [1, 2, 3, 4, 5, 6, 7, 8];
        var (before, after) = (Frame.Message(3, masked), Frame.Of(Frame.Pong, "eight by"u8, masked));
        byte[] bytes = [.. before, .. Frame.Of(Frame.Pong, own, masked), .. after];
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var run = FlowRun.Of(masked);
            run.Flow.ExpectPong(0x0102030405060708);

            run.Feed(bytes.AsSpan(0, cut));
            run.Feed(bytes.AsSpan(cut));

            Assert.Equal([.. before, .. after], run.Sink);
            Assert.Equal(bytes.Length, run.Flow.Heard);
        }
    }
}
