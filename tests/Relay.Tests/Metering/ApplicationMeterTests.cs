using Serverless.Contracts;
using Serverless.Relay.Metering;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Metering;

public sealed class ApplicationMeterTests
{
    private readonly Meters _meters = new(new ManualTime());

    [Fact]
    public void A_plan_without_connections_left_lets_nobody_in_and_a_handshake_that_fails_gives_its_own_back()
    {
        MeteredLimit[] limits = [Limit(BuiltinMetrics.Connections, 1)];

        var first = _meters.TryEnter("chat", "a", limits);
        Assert.NotNull(first);
        Assert.Null(_meters.TryEnter("chat", "a", limits));
        Assert.NotNull(_meters.TryEnter("chat", "b", limits));
        first.Dispose();

        Assert.NotNull(_meters.TryEnter("chat", "a", limits));
    }

    [Fact]
    public void Nothing_is_reported_twice_and_what_is_nothing_not_at_all()
    {
        var meter = new ApplicationMeter("chat", "a");
        meter[BuiltinMetrics.MessagesIn].Count(3);
        meter["orders"].Count(2);

        var entry = meter.Take()!;

        Assert.Equal(("chat", "a"), (entry.Product, entry.Application));
        Assert.Equal(
            new SortedDictionary<string, long> { [BuiltinMetrics.MessagesIn] = 3, ["orders"] = 2 },
            new SortedDictionary<string, long>(entry.Usage.ToDictionary()));
        Assert.Null(meter.Take());
    }

    [Fact]
    public void Limits_come_and_go_while_tunnels_are_open()
    {
        using var tunnel = _meters.TryEnter("chat", "a", null)!;
        var messages = tunnel.Application.FromClient.Messages[0];
        Assert.True(messages.TrySpend(100));
        tunnel.Application[BuiltinMetrics.MessagesIn].Count(100);
        tunnel.Application.Take();

        tunnel.Application.Heed([Limit(BuiltinMetrics.MessagesIn, 102, used: 100)]);
        Assert.True(messages.TrySpend(2));
        Assert.False(messages.TrySpend(1));

        tunnel.Application.Heed(null);
        Assert.True(messages.TrySpend(1));
    }

    [Fact]
    public void Of_two_limits_on_a_metric_the_tighter_counts_and_the_other_gets_its_own_back()
    {
        using var tunnel = _meters.TryEnter("chat", "a", [Limit(BuiltinMetrics.BytesOut, 100), Limit(BuiltinMetrics.BytesOut, 10, period: "minute")])!;
        var bytes = tunnel.Application.FromBackend.Bytes[0];

        Assert.False(bytes.TrySpend(11));
        Assert.True(bytes.TrySpend(10));
        tunnel.Application.Heed([Limit(BuiltinMetrics.BytesOut, 100)]);
        Assert.True(bytes.TrySpend(90));
        Assert.False(bytes.TrySpend(1));
    }

    [Fact]
    public void An_application_is_forgotten_when_it_has_gone_and_is_reported()
    {
        var tunnel = _meters.TryEnter("chat", "a", null)!;
        tunnel.Application["orders"].Count(1);
        _meters.Sweep();
        tunnel.Dispose();
        _meters.Sweep();
        Assert.Same(tunnel.Application, _meters.Find("chat", "a"));

        tunnel.Application.Take();
        _meters.Sweep();

        Assert.Null(_meters.Find("chat", "a"));
    }

    private static MeteredLimit Limit(string metric, long limit, long used = 0, string period = "day") =>
        new() { Metric = metric, Period = period, Limit = limit, Used = used };
}
