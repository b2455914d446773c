using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Metering;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What a plan limits is limited while tunnels are open: to the last one that is left, and no further.</summary>
public sealed class PlanLimitTests : GatewayTests
{
    private const string Target = $"/echo?user_key={Keys.Good}";

    [Theory]
    [InlineData(BuiltinMetrics.MessagesIn, 3)]
    [InlineData(BuiltinMetrics.BytesIn, 12)]
    [InlineData(BuiltinMetrics.MessagesOut, 4)]
    [InlineData(BuiltinMetrics.BytesOut, 9 + (3 * 24))]
    public async Task Messages_pass_to_the_last_that_is_left(string metric, int limit)
    {
        Limit(metric, limit);
        await using var relay = await StartRelayAsync();
        using var socket = await relay.ConnectAsync(Target);
        Assert.Equal("something", await socket.ReceiveTextAsync());
        for (var i = 0; i < 3; i++)
        {
            await socket.SendTextAsync("four");
            Assert.Equal("reply from server : four", await socket.ReceiveTextAsync());
        }

        await socket.SendTextAsync("four");

        Assert.Equal("1008 usage limit exceeded", await CloseAsync(socket));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public async Task Time_passes_to_the_last_second_that_is_left(int seconds, bool isOver)
    {
        Limit(BuiltinMetrics.Seconds, 10);
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, time);
        using var socket = await relay.ConnectAsync(Target);
        await socket.ReceiveTextAsync();

        for (var second = 0; second < seconds; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        if (isOver)
        {
            Assert.Equal("1008 usage limit exceeded", await CloseAsync(socket));
        }
        else
        {
            // Every second has been looked at.
            var meter = relay.Services.GetRequiredService<Meters>().Find("echo", "app-1")!;
            await relay.UntilAsync(() => meter[BuiltinMetrics.Seconds].Counted
                + Functions.Reports.SelectMany(report => report.Entries).Sum(entry => entry.Usage.GetValueOrDefault(BuiltinMetrics.Seconds)) == seconds);
            await socket.SendTextAsync("hi");
            Assert.Equal("reply from server : hi", await socket.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task Connections_are_let_in_to_the_last_that_is_left()
    {
        Limit(BuiltinMetrics.Connections, 2);
        await using var relay = await StartRelayAsync();

        using var one = await relay.ConnectAsync(Target);
        using var two = await relay.ConnectAsync(Target);
        var third = await relay.SendAsync(RawClient.Handshake(Target));

        Assert.Equal((429, "limits_exceeded"), (third.Status, third.Problem.Code));
    }

    // As the functions keep it: what was reported is used.
    private void Limit(string metric, long most)
    {
        var limit = new MeteredLimit { Metric = metric, Period = "eternity", Limit = most, Used = 0 };
        var used = 0L;
        Functions.Judge = _ => Granted(cacheSeconds: 10) with { Limits = [limit] };
        Functions.Limits = entry => [limit with { Used = Interlocked.Add(ref used, entry.Usage.GetValueOrDefault(metric)) }];
    }

    private static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var received = await socket.ReceiveAsync(new byte[256].AsMemory(), CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        return $"{(int)socket.CloseStatus!} {socket.CloseStatusDescription}";
    }
}
