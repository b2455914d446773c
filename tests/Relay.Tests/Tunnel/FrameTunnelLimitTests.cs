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

    [Theory]
    [InlineData(true, 39, false)]
    [InlineData(true, 40, false)]
    [InlineData(true, 41, true)]
    [InlineData(false, 39, false)]
    [InlineData(false, 40, false)]
    [InlineData(false, 41, true)]
    public async Task A_rate_of_bytes_holds_to_the_byte(bool isClient, int second, bool ends)
    {
        var rules = new DirectionRules { Bytes = new(10, 100, RateAction.Close) };
        await using var rig = await StartAsync(isClient ? new TunnelRules { FromClient = rules } : new TunnelRules { FromBackend = rules });
        var (from, to) = isClient ? (rig.Client, rig.Backend) : (rig.Backend, rig.Client);
        var frames = Frame.Message(60, masked: isClient);

        await from.SendAsync([.. frames, .. Frame.Message(second, masked: isClient)]);

        Assert.Equal(frames, await to.ReadAsync(frames.Length));
        if (!ends)
        {
            Assert.Equal(second, (await to.ReadFrameAsync()).Payload.Length);
            return;
        }

        Assert.Equal($"1001 {(isClient ? "client" : "backend")} rate exceeded", await to.ReadCloseAsync(masked: isClient));
        Assert.Equal("1008 rate exceeded", await from.ReadCloseAsync(masked: !isClient));
        await EndAsync(rig, isClient ? TunnelEnd.ClientRateExceeded : TunnelEnd.BackendRateExceeded, clientAnswers: !isClient);
    }

    [Fact]
    public async Task A_message_beyond_a_rate_that_drops_goes_nowhere_and_the_next_one_goes_on()
    {
        await using var rig = await StartAsync(new TunnelRules { FromClient = new() { Messages = new(1, 1, RateAction.Drop) } });

        await rig.Client.SendAsync([.. Frame.Message(1, masked: true), .. Frame.Message(2, masked: true), .. Frame.Of(Frame.Ping, "p"u8, masked: true)]);
        Assert.Single((await rig.Backend.ReadFrameAsync()).Payload);
        Assert.Equal(Frame.Ping, (await rig.Backend.ReadFrameAsync()).Opcode);
        _time.Advance(TimeSpan.FromSeconds(1));
        await rig.Client.SendAsync(Frame.Message(3, masked: true));

        Assert.Equal(3, (await rig.Backend.ReadFrameAsync()).Payload.Length);
    }

    [Fact]
    public async Task Bytes_that_are_delayed_come_as_their_rate_lets_them_even_within_one_frame()
    {
        await using var rig = await StartAsync(new TunnelRules { FromClient = new() { Bytes = new(1000, 1000, RateAction.Delay) } });
        var frame = Frame.Message(10_000, masked: true);

        await rig.Client.SendAsync(frame);
        var all = rig.Backend.ReadAsync(frame.Length);
        var waited = TimeSpan.Zero;
        while (!all.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            waited += TimeSpan.FromMilliseconds(100);
            await Task.Yield();
        }

        Assert.Equal(frame, await all);
        Assert.True(waited >= TimeSpan.FromSeconds(9), $"{waited}");
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public async Task Nothing_passes_for_as_long_as_allowed_and_no_longer(int seconds, bool ends)
    {
        await using var rig = await StartAsync(new TunnelRules { Ping = null, Idle = new(TimeSpan.FromSeconds(30)) });

        await PulseAsync(rig, seconds, ends ? TunnelEnd.IdleTimedOut : null, "1001 idle for too long", "1001 idle for too long");
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(61, true)]
    public async Task A_tunnel_grows_as_old_as_allowed_and_no_older(int seconds, bool ends)
    {
        await using var rig = await StartAsync(new TunnelRules { Ping = null, Age = new(TimeSpan.FromSeconds(60), TimeSpan.Zero) });

        await PulseAsync(rig, seconds, ends ? TunnelEnd.MaxAgeReached : null, "1001 maximum age reached", "1001 maximum age reached");
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    public async Task A_tunnel_ends_with_its_token(int seconds, bool ends)
    {
        var terms = new TunnelTerms { Rules = new() { Ping = null }, Expires = _time.GetUtcNow().AddSeconds(10) };
        await using var rig = await StartAsync(terms: terms, time: _time);

        await PulseAsync(rig, seconds, ends ? TunnelEnd.TokenExpired : null, "1008 token expired", "1001 token expired");
    }

    [Fact]
    public async Task A_backend_that_is_gone_is_told_to_the_client()
    {
        await using var rig = await StartAsync(new TunnelRules());
        _time.Advance(TimeSpan.FromSeconds(25));
        rig.Tunnel.Pulse();
        var ping = await rig.Client.ReadFrameAsync();
        await rig.Client.SendAsync([.. Frame.Of(Frame.Pong, ping.Payload, masked: true), .. Frame.Message(1, masked: true)]);
        Assert.Equal(Frame.Ping, (await rig.Backend.ReadFrameAsync()).Opcode);
        await rig.Backend.ReadFrameAsync();
        rig.Tunnel.Pulse();

        _time.Advance(TimeSpan.FromSeconds(19));
        rig.Tunnel.Pulse();
        Assert.Equal(TunnelEnd.None, rig.Tunnel.End);
        _time.Advance(TimeSpan.FromSeconds(1));
        rig.Tunnel.Pulse();

        Assert.Equal("1011 backend answers no ping", await rig.Client.ReadCloseAsync(masked: false));
        await EndAsync(rig, TunnelEnd.BackendUnresponsive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_takes_nothing_ends_the_tunnel_after_as_long_as_allowed(bool isClient)
    {
        await using var rig = await StartAsync(new TunnelRules { Ping = null, SlowPeer = new(TimeSpan.FromSeconds(5)) });
        var (fast, flood) = isClient ? (rig.Backend, Frame.Message(64 * 1024, masked: false)) : (rig.Client, Frame.Message(64 * 1024, masked: true));
        using var enough = new CancellationTokenSource();
        var sending = FloodAsync(fast, flood, enough.Token);
        for (var looks = 0; rig.Tunnel.End == TunnelEnd.None; looks++)
        {
            Assert.InRange(looks, 0, 10_000);
            rig.Tunnel.Pulse();
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(10);
        }

        Assert.Equal(isClient ? TunnelEnd.ClientTooSlow : TunnelEnd.BackendTooSlow, rig.Tunnel.End);
        await enough.CancelAsync();
        await sending.Soon();
    }

    private static async Task FloodAsync(Wire wire, byte[] frame, CancellationToken enough)
    {
        try
        {
            while (true)
            {
                await wire.Stream.WriteAsync(frame, enough);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Enough, or the tunnel has ended.
        }
    }

    private async Task PulseAsync(TunnelRig rig, int seconds, TunnelEnd? end, string toClient, string toBackend)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        rig.Tunnel.Pulse();

        Assert.Equal(end ?? TunnelEnd.None, rig.Tunnel.End);
        if (end is not null)
        {
            Assert.Equal(toClient, await rig.Client.ReadCloseAsync(masked: false));
            Assert.Equal(toBackend, await rig.Backend.ReadCloseAsync(masked: true));
            await EndAsync(rig, end.Value);
        }
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
