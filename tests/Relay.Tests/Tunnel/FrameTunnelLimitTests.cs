using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>Limits and times between real connections: what each side is told.</summary>
public class FrameTunnelLimitTests : TunnelTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_message_too_big_gets_1009_and_the_other_side_1001()
    {
        await using var rig = await StartAsync(new TunnelRules { FromClient = new() { MessageSize = new(100) } });
        var fits = Frame.Message(100, masked: true);

        await rig.Client.SendAsync([.. fits, .. Frame.Message(101, masked: true)]);

        Assert.Equal(fits, await rig.Backend.ReadAsync(fits.Length));
        Assert.Equal("1001 client message too big", await rig.Backend.ReadCloseAsync(masked: true));
        Assert.Equal("1009 message too big", await rig.Client.ReadCloseAsync(masked: false));
        await EndAsync(rig, TunnelEnd.ClientMessageTooBig, clientAnswers: false);
    }

    [Fact]
    public async Task A_message_that_grows_too_big_ends_between_its_frames()
    {
        await using var rig = await StartAsync(new TunnelRules { FromBackend = new() { MessageSize = new(100) } });
        var begin = Frame.Of(Frame.Binary, new byte[60], masked: false, final: false);

        await rig.Backend.SendAsync([.. begin, .. Frame.Of(Frame.Continuation, new byte[41], masked: false)]);

        Assert.Equal(begin, await rig.Client.ReadAsync(begin.Length));
        Assert.Equal("1001 backend message too big", await rig.Client.ReadCloseAsync(masked: false));
        Assert.Equal("1009 message too big", await rig.Backend.ReadCloseAsync(masked: true));
        await EndAsync(rig, TunnelEnd.BackendMessageTooBig);
    }

    [Fact]
    public async Task A_rate_ends_with_1008()
    {
        await using var rig = await StartAsync(new TunnelRules { FromClient = new() { Messages = new(1, 1, RateAction.Close) } });

        await rig.Client.SendAsync([.. Frame.Message(1, masked: true), .. Frame.Message(1, masked: true)]);

        await rig.Backend.ReadAsync(7);
        Assert.Equal("1001 client rate exceeded", await rig.Backend.ReadCloseAsync(masked: true));
        Assert.Equal("1008 rate exceeded", await rig.Client.ReadCloseAsync(masked: false));
        await EndAsync(rig, TunnelEnd.ClientRateExceeded, clientAnswers: false);
    }

    [Fact]
    public async Task A_rate_that_delays_holds_one_direction_up_and_an_end_does_not_wait_for_it()
    {
        await using var rig = await StartAsync(new TunnelRules { FromClient = new() { Messages = new(1, 1, RateAction.Delay) } });
        var (message, back) = (Frame.Message(1, masked: true), Frame.Message(2, masked: false));

        await rig.Client.SendAsync([.. message, .. message, .. message]);
        Assert.Equal(message, await rig.Backend.ReadAsync(message.Length));
        await rig.Backend.SendAsync(back);
        Assert.Equal(back, await rig.Client.ReadAsync(back.Length));
        var second = rig.Backend.ReadAsync(message.Length);
        while (!second.IsCompleted)
        {
            // The wait may not have begun yet; what it asks for is in what passes.
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(message, await second);
        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);
        Assert.Equal("1001 gateway is shutting down", await rig.Client.ReadCloseAsync(masked: false));
        await EndAsync(rig, TunnelEnd.ShuttingDown);
    }

    [Fact]
    public async Task Silent_peers_are_pinged_their_pongs_go_nowhere_and_one_that_is_gone_ends_the_tunnel()
    {
        await using var rig = await StartAsync(new TunnelRules());

        _time.Advance(TimeSpan.FromSeconds(25));
        rig.Tunnel.Pulse();
        var (toClient, toBackend) = (await rig.Client.ReadFrameAsync(), await rig.Backend.ReadFrameAsync());
        Assert.Equal((Frame.Ping, false, 8), (toClient.Opcode, toClient.Masked, toClient.Payload.Length));
        Assert.Equal((Frame.Ping, true, 8), (toBackend.Opcode, toBackend.Masked, toBackend.Payload.Length));

        var message = Frame.Message(3, masked: false);
        await rig.Backend.SendAsync([.. Frame.Of(Frame.Pong, toBackend.Payload, masked: false), .. message]);
        Assert.Equal(message, await rig.Client.ReadAsync(message.Length));
        rig.Tunnel.Pulse();
        _time.Advance(TimeSpan.FromSeconds(20));
        rig.Tunnel.Pulse();

        Assert.Equal("1001 client answers no ping", await rig.Backend.ReadCloseAsync(masked: true));
        await EndAsync(rig, TunnelEnd.ClientUnresponsive, clientAnswers: false);
    }

    [Fact]
    public async Task An_idle_tunnel_ends_with_1001_on_both_sides()
    {
        await using var rig = await StartAsync(new TunnelRules { Ping = null, Idle = new(TimeSpan.FromSeconds(30)) });

        _time.Advance(TimeSpan.FromSeconds(30));
        rig.Tunnel.Pulse();

        Assert.Equal("1001 idle for too long", await rig.Client.ReadCloseAsync(masked: false));
        Assert.Equal("1001 idle for too long", await rig.Backend.ReadCloseAsync(masked: true));
        await EndAsync(rig, TunnelEnd.IdleTimedOut);
    }

    private Task<TunnelRig> StartAsync(TunnelRules rules) =>
        StartAsync(terms: new TunnelTerms { Rules = rules }, time: _time);

    private static async Task EndAsync(TunnelRig rig, TunnelEnd end, bool clientAnswers = true)
    {
        await rig.Backend.SendAsync(Frame.Close(1001, "", masked: false));
        if (clientAnswers)
        {
            await rig.Client.SendAsync(Frame.Close(1001, "", masked: true));
        }
        else
        {
            rig.Client.Dispose();
        }

        rig.Backend.Dispose();
        var result = await rig.Result;
        Assert.Equal(end, result.End);
    }
}
