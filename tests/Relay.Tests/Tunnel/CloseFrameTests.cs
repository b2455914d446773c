using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class CloseFrameTests
{
    [Fact]
    public void Is_plain_towards_a_client()
    {
        var frame = CloseFrame.Write(new CloseReason(1011, "é"), masked: false);

        Assert.Equal([0x88, 4, 0x03, 0xF3, 0xC3, 0xA9], frame);
    }

    [Fact]
    public void Is_masked_with_a_new_key_towards_a_backend()
    {
        var reason = new CloseReason(1001, "gateway is shutting down");

        var (first, second) = (CloseFrame.Write(reason, masked: true), CloseFrame.Write(reason, masked: true));

        Assert.Equal(0x80 | 26, first[1]);
        Assert.NotEqual(first, second);
        Assert.Equal(Unmask(first), Unmask(second));
    }

    [Fact]
    public void Takes_no_reason_that_a_control_frame_cannot_hold()
    {
        Assert.Equal(127, CloseFrame.Write(new CloseReason(1001, new string('x', 123)), masked: false).Length);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => CloseFrame.Write(new CloseReason(1001, new string('x', 124)), masked: false));
    }

    private static byte[] Unmask(byte[] frame) => frame[6..].Select((b, i) => (byte)(b ^ frame[2 + (i & 3)])).ToArray();
}
