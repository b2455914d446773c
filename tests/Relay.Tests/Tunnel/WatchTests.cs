using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class WatchTests
{
    private readonly List<string> _reached = [];
    private readonly FlowRun _client = FlowRun.Of(fromClient: true);
    private readonly FlowRun _backend = FlowRun.Of(fromClient: false);

    [Fact]
    public void Nothing_ends_a_tunnel_without_rules()
    {
        var watch = Watch(new TunnelRules { Ping = null });

        Assert.Equal(default, Look(watch, 1_000_000));
    }

    [Fact]
    public void Ends_at_its_oldest_age_and_not_a_second_before()
    {
        var watch = Watch(new TunnelRules { Ping = null, Age = new AgeRule(TimeSpan.FromSeconds(60), TimeSpan.Zero) });

        Assert.Equal(default, Look(watch, 59));
        Assert.Equal(TunnelEnd.MaxAgeReached, Look(watch, 60).End);
        Assert.Equal(["age closed"], _reached);
    }

    [Fact]
    public void Jitter_only_adds()
    {
        for (var i = 0; i < 100; i++)
        {
            var watch = Watch(new TunnelRules { Ping = null, Age = new AgeRule(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10)) });

            Assert.Equal(default, Look(watch, 59));
            Assert.Equal(TunnelEnd.MaxAgeReached, Look(watch, 70).End);
        }
    }

    [Fact]
    public void Ends_when_the_token_does()
    {
        var expires = DateTimeOffset.UnixEpoch.AddSeconds(10);
        var watch = new Watch(new TunnelTerms { Expires = expires }, _client.Flow, _backend.Flow, Reached);

        Assert.Equal(default, Look(watch, 9));
        Assert.Equal(TunnelEnd.TokenExpired, Look(watch, 10).End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_when_nothing_has_passed_in_either_direction_for_as_long_as_allowed(bool clientSpeaks)
    {
        var watch = Watch(new TunnelRules { Ping = null, Idle = new TimeRule(TimeSpan.FromSeconds(30)) });

        Assert.Equal(default, Look(watch, 29));
        (clientSpeaks ? _client : _backend).Feed(Frame.Of(Frame.Ping, [], masked: clientSpeaks));
        Assert.Equal(default, Look(watch, 30));
        Assert.Equal(default, Look(watch, 59));
        Assert.Equal(TunnelEnd.IdleTimedOut, Look(watch, 60).End);
    }

    [Fact]
    public void A_pong_of_the_gateways_own_ping_is_nothing_that_passes()
    {
        var watch = Watch(new TunnelRules { Ping = null, Idle = new TimeRule(TimeSpan.FromSeconds(30)) });
        _client.Flow.ExpectPong(0x0101010101010101);

        Look(watch, 29);
        _client.Feed(Frame.Of(Frame.Pong, [1, 1, 1, 1, 1, 1, 1, 1], masked: true));

        Assert.Equal(TunnelEnd.IdleTimedOut, Look(watch, 30).End);
    }

    [Fact]
    public void Asks_a_silent_client_and_ends_when_it_says_nothing_by_the_deadline()
    {
        var watch = Watch(new TunnelRules { Ping = new PingRule(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)) });

        Assert.Equal(default, Look(watch, 24));
        _backend.Feed(Frame.Message(1, masked: false));
        Assert.Equal(new Finding(TunnelEnd.None, AskClient: true), Look(watch, 25));
        Assert.Equal(default, Look(watch, 44));
        _backend.Feed(Frame.Message(1, masked: false));
        Assert.Equal(TunnelEnd.ClientUnresponsive, Look(watch, 45).End);
    }

    [Fact]
    public void Any_byte_is_an_answer()
    {
        var watch = Watch(new TunnelRules { Ping = new PingRule(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)) });

        Assert.Equal(new Finding(TunnelEnd.None, AskClient: true, AskBackend: true), Look(watch, 25));
        _client.Feed([0x81]);
        Assert.Equal(TunnelEnd.BackendUnresponsive, Look(watch, 45).End);
    }

    [Fact]
    public void The_deadline_begins_when_the_ping_has_found_the_end_of_a_frame()
    {
        var watch = Watch(new TunnelRules { Ping = new PingRule(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)) });
        var frame = Frame.Message(1000, masked: false);
        _backend.Feed(frame.AsSpan(..100));
        _client.Flow.Hear(1);
        Look(watch, 1);
        Assert.True(Look(watch, 26).AskClient);
        _backend.Flow.OrderControl(Frame.Of(Frame.Ping, [], masked: false));

        for (var second = 27; second < 100; second++)
        {
            _backend.Feed(frame.AsSpan(second + 100, 1));
            Assert.Equal(TunnelEnd.None, Look(watch, second).End);
        }

        // It takes nothing more, and neither does it answer.
        Assert.Equal(TunnelEnd.None, Look(watch, 118).End);
        Assert.Equal(TunnelEnd.ClientUnresponsive, Look(watch, 119).End);
    }

    [Fact]
    public void A_peer_that_cannot_be_heard_because_the_other_is_slow_is_not_gone()
    {
        var watch = Watch(new TunnelRules { Ping = new PingRule(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)) });
        _client.Flow.Block();
        _backend.Flow.Delayed = true;

        Assert.Equal(default, Look(watch, 100));
    }

    [Fact]
    public void Ends_when_a_peer_leaves_a_write_waiting_for_as_long_as_allowed()
    {
        var watch = Watch(new TunnelRules { Ping = null, SlowPeer = new TimeRule(TimeSpan.FromSeconds(5)) });
        _backend.Flow.Block();
        Assert.Equal(default, Look(watch, 10));
        Assert.Equal(default, Look(watch, 14));
        _backend.Flow.Unblock();
        _backend.Flow.Block();
        Assert.Equal(default, Look(watch, 15));
        Assert.Equal(default, Look(watch, 19));
        Assert.Equal(TunnelEnd.ClientTooSlow, Look(watch, 20).End);
    }

    [Fact]
    public void A_dry_run_counts_each_occasion_once_and_ends_nothing()
    {
        var watch = Watch(new TunnelRules
        {
            Ping = null,
            Age = new AgeRule(TimeSpan.FromSeconds(50), TimeSpan.Zero, DryRun: true),
            Idle = new TimeRule(TimeSpan.FromSeconds(10), DryRun: true),
            SlowPeer = new TimeRule(TimeSpan.FromSeconds(70), DryRun: true),
        });
        _client.Flow.Block();
        Look(watch, 1);

        Assert.Equal(default, Look(watch, 10));
        Assert.Equal(default, Look(watch, 11));
        _client.Feed(Frame.Message(1, masked: true));
        Look(watch, 12);
        Assert.Equal(default, Look(watch, 71));
        Assert.Equal(default, Look(watch, 72));

        Assert.Equal(["idle dry_run", "age dry_run", "idle dry_run", "slow_peer dry_run"], _reached);
    }

    private Watch Watch(TunnelRules rules) =>
        new(new TunnelTerms { Rules = rules }, _client.Flow, _backend.Flow, Reached);

    private static Finding Look(Watch watch, int seconds) =>
        watch.Look(TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch.AddSeconds(seconds));

    private void Reached(string limit, string action) => _reached.Add($"{limit} {action}");
}
