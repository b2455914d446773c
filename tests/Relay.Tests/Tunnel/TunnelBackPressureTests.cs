using System.Net.Sockets;
using Serverless.Relay.Outcomes;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

public class TunnelBackPressureTests : TunnelTests
{
    // More than the kernel's buffers of four sockets can ever hold, so that a sender only gets through if we buffer.
    private const long Flood = 256L * 1024 * 1024;

    [Fact]
    public async Task A_peer_that_does_not_read_stops_the_one_that_sends()
    {
        await using var rig = await StartAsync();

        var sent = await FloodUntilStuckAsync(rig.Client, masked: true);

        Assert.InRange(sent, 1, Flood / 2);
        Assert.False(rig.IsOver);
    }

    [Fact]
    public async Task The_other_direction_goes_on_meanwhile()
    {
        await using var rig = await StartAsync();
        await FloodUntilStuckAsync(rig.Client, masked: true);

        var frame = Frame.Message(1000, masked: false);
        await rig.Backend.SendAsync(frame);

        Assert.Equal(frame, await rig.Client.ReadAsync(frame.Length));
    }

    [Fact]
    public async Task A_tunnel_stuck_on_a_peer_that_does_not_read_still_ends_in_time()
    {
        var time = new ManualTime();
        await using var rig = await StartAsync(closeTimeout: TimeSpan.FromSeconds(5), time: time);
        await FloodUntilStuckAsync(rig.Client, masked: true);

        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);

        // The direction that is not stuck is told; the other one is in the middle of a frame.
        Assert.Equal("1001 gateway is shutting down", await rig.Client.ReadCloseAsync(masked: false));
        time.Advance(TimeSpan.FromSeconds(5));
        var result = await rig.Result;
        Assert.Equal((TunnelEnd.ShuttingDown, true), (result.End, result.Dropped));
    }

    [Fact]
    public async Task Both_peers_flooding_without_reading_can_be_dropped()
    {
        await using var rig = await StartAsync();
        await FloodUntilStuckAsync(rig.Client, masked: true);
        await FloodUntilStuckAsync(rig.Backend, masked: false);

        rig.Tunnel.Drop(TunnelEnd.ShuttingDown);

        var result = await rig.Result;
        Assert.Equal((TunnelEnd.ShuttingDown, true), (result.End, result.Dropped));
    }

    // Sends until nothing was taken for a while: there is no event for "nothing will ever be taken".
    private static async Task<long> FloodUntilStuckAsync(Wire peer, bool masked)
    {
        var frame = Frame.Message(1024 * 1024, masked);
        peer.Socket.SendTimeout = 500;
        return await Task.Run(() =>
        {
            long sent = 0;
            try
            {
                while (sent < Flood)
                {
                    sent += peer.Socket.Send(frame);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Stuck, which is what this waits for.
            }

            return sent;
        }).Soon();
    }
}
