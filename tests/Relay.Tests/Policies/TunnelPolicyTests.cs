using System.Text.Json;
using Serverless.Relay.Policies;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Policies;

public sealed class TunnelPolicyTests
{
    private static readonly IPolicyFactory[] Factories =
    [
        new WebSocketMessageSizePolicy.Factory(), new WebSocketRatePolicy.Factory(), new WebSocketLifetimePolicy.Factory(),
        new WebSocketKeepalivePolicy.Factory(), new WebSocketSlowPeerPolicy.Factory(),
    ];

    [Fact]
    public void A_chain_that_says_nothing_limits_nothing_and_pings_after_25_seconds()
    {
        var rules = new PolicyChain([]).TunnelRules;

        Assert.Equal(TunnelRules.Default, rules);
        Assert.Equal(new PingRule(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20)), rules.Ping);
        Assert.Same(DirectionRules.None, rules.FromClient);
    }

    [Fact]
    public void Each_policy_adds_its_own_and_the_later_of_two_counts()
    {
        var rules = Rules(
            ("websocket_message_size", """{"from_client":10,"from_backend":20}"""),
            ("websocket_message_size", """{"from_client":30,"dry_run":true}"""),
            ("websocket_rate", """{"from_client":{"messages_per_second":2.5,"action":"close"},"from_backend":{"bytes_per_second":100,"byte_burst":7}}"""),
            ("websocket_lifetime", """{"max_age":60,"max_age_jitter":6,"idle_timeout":1.5}"""),
            ("websocket_keepalive", """{"ping_interval":5}"""),
            ("websocket_slow_peer", """{"timeout":9,"dry_run":true}"""));

        Assert.Equal(
            new TunnelRules
            {
                FromClient = new() { MessageSize = new(30, DryRun: true), Messages = new(2.5, 3, RateAction.Close) },
                FromBackend = new() { MessageSize = new(20), Bytes = new(100, 7, RateAction.Delay) },
                Age = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(6)),
                Idle = new(TimeSpan.FromSeconds(1.5)),
                Ping = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)),
                SlowPeer = new(TimeSpan.FromSeconds(9), DryRun: true),
            },
            rules);
    }

    [Fact]
    public void An_interval_of_nothing_asks_nobody() =>
        Assert.Null(Rules(("websocket_keepalive", """{"ping_interval":0}""")).Ping);

    private static TunnelRules Rules(params (string Name, string Settings)[] chain)
    {
        List<string> errors = [];
        var policies = chain.Select(policy => Factories.Single(f => f.Name == policy.Name)
            .Build(JsonDocument.Parse(policy.Settings).RootElement, errors)!).ToList();
        Assert.Empty(errors);
        return new PolicyChain(policies).TunnelRules;
    }
}
