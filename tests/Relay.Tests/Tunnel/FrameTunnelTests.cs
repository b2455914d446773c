using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

public class FrameTunnelTests : TunnelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(16 * 1024 * 1024)]
    public async Task Carries_frames_of_any_size_unchanged_both_ways(int size)
    {
        await using var rig = await StartAsync();
        var (up, down) = (Frame.Message(size, masked: true), Frame.Message(size, masked: false));

        var sending = Task.WhenAll(rig.Client.SendAsync(up), rig.Backend.SendAsync(down));
        var received = await Task.WhenAll(rig.Backend.ReadAsync(up.Length), rig.Client.ReadAsync(down.Length));

        await sending;
        Assert.Equal(up, received[0]);
        Assert.Equal(down, received[1]);
    }

    [Fact]
    public async Task Carries_ten_thousand_frames_out_of_one_write()
    {
        await using var rig = await StartAsync();
        byte[] frames = [.. Enumerable.Range(0, 10_000).SelectMany(n => Frame.Of(Frame.Binary, [(byte)n], masked: true))];

        await rig.Client.SendAsync(frames);

        Assert.Equal(frames, await rig.Backend.ReadAsync(frames.Length));
        await CloseAsync(rig);
        Assert.Equal(new DirectionTotals(10_000, 10_000), (await rig.Result).FromClient);
    }

    [Fact]
    public async Task Carries_input_cut_at_every_byte()
    {
        await using var rig = await StartAsync();
        byte[] frames =
        [
            .. Frame.Of(Frame.Text, "a"u8, masked: true, final: false, rsv: 4),
            .. Frame.Of(Frame.Pong, "pong"u8, masked: true),
            .. Frame.Of(Frame.Continuation, new byte[200], masked: true),
        ];

        for (var cut = 1; cut < frames.Length; cut++)
        {
            await rig.Client.SendAsync(frames.AsMemory(0, cut));
            await rig.Client.SendAsync(frames.AsMemory(cut));
            Assert.Equal(frames, await rig.Backend.ReadAsync(frames.Length));
        }
    }

    [Fact]
    public async Task Passes_a_header_on_only_when_it_is_whole()
    {
        await using var rig = await StartAsync();
        var frame = Frame.Message(3, masked: true);

        await rig.Client.SendAsync(frame.AsMemory(0, 4));
        await rig.Backend.SendAsync(Frame.Message(1, masked: false));
        await rig.Client.ReadFrameAsync();
        Assert.Equal(0, rig.Backend.Socket.Available);

        await rig.Client.SendAsync(frame.AsMemory(4));
        Assert.Equal(frame, await rig.Backend.ReadAsync(frame.Length));
    }

    [Fact]
    public async Task Carries_on_while_both_peers_flood_each_other()
    {
        await using var rig = await StartAsync();
        var (up, down) = (Frame.Message(100_000, masked: true), Frame.Message(100_000, masked: false));

        await Task.WhenAll(
            FloodAsync(rig.Client, up), FloodAsync(rig.Backend, down),
            TakeAsync(rig.Client, down), TakeAsync(rig.Backend, up)).Soon();

        Assert.Equal(new DirectionTotals(200, 200 * 100_000), rig.Tunnel.FromClient);
        Assert.Equal(new DirectionTotals(200, 200 * 100_000), rig.Tunnel.FromBackend);

        static async Task FloodAsync(Wire wire, byte[] frame)
        {
            for (var i = 0; i < 200; i++)
            {
                await wire.SendAsync(frame);
            }
        }

        static async Task TakeAsync(Wire wire, byte[] frame)
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Equal(frame, await wire.ReadAsync(frame.Length));
            }
        }
    }

    [Fact]
    public async Task Tells_how_long_and_how_much()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync(Frame.Of(Frame.Text, "hello"u8, masked: true));
        await rig.Backend.ReadFrameAsync();
        await CloseAsync(rig);

        var result = await rig.Result;
        Assert.Equal(TunnelEnd.ClosedByClient, result.End);
        Assert.Equal((ushort)1000, result.CloseCode);
        Assert.Equal(new DirectionTotals(1, 5), result.FromClient);
        Assert.Equal(default, result.FromBackend);
        Assert.True(result.Duration > TimeSpan.Zero);
        Assert.False(result.Dropped);
    }

    private static async Task CloseAsync(TunnelRig rig)
    {
        await rig.Client.SendAsync(Frame.Close(1000, "", masked: true));
        await rig.Backend.ReadCloseAsync(masked: true);
        await rig.Backend.SendAsync(Frame.Close(1000, "", masked: false));
        rig.Backend.Dispose();
    }
}
