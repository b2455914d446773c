using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Observability;
using Serverless.Relay.Overload;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>A relay that has enough to do sends clients elsewhere, before it is in trouble.</summary>
public sealed class OverloadTests : GatewayTests
{
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    private readonly ManualTime _time = new();

    [Fact]
    public async Task From_the_high_mark_until_below_the_low_one_handshakes_are_refused()
    {
        await using var relay = await StartRelayAsync(
            ("Relay:Overload:MaxTunnels", "2"), ("Relay:Overload:Relief", "0.6"), ("Relay:Overload:RetryAfter", "00:00:07"));
        using var first = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await LookAsync(relay);
        Assert.Null(NotReadyBecause(relay));
        using var second = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await LookAsync(relay, until: true);

        var refused = await relay.SendAsync(Sound);
        Assert.Equal((503, "overloaded", "7"), (refused.Status, refused.Problem.Code, refused.Headers["Retry-After"]));
        Assert.Equal("overloaded", NotReadyBecause(relay));
        Assert.Equal(2, Server.Heard.Count);

        // Half of the mark is below its relief.
        await CloseAsync(relay, second, left: 1);
        await LookAsync(relay, until: false);
        Assert.Equal(101, (await relay.SendAsync(Sound)).Status);
        Assert.Null(NotReadyBecause(relay));
        Assert.Equal(2, relay.Log.Lines.Count(line => line.Id.Name == "OverloadChanged"));
    }

    [Fact]
    public async Task Of_a_crowd_no_more_get_in_at_once_than_there_may_be()
    {
        // Nobody looks meanwhile: the clock stands still.
        await using var relay = await StartRelayAsync(("Relay:Overload:MaxTunnels", "3"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (Socket: await relay.ConnectAsync($"/echo?user_key={Keys.Good}"), Refused: false);
            }
            catch (WebSocketException)
            {
                return (Socket: new ClientWebSocket(), Refused: true);
            }
        })));

        Assert.Equal(3, answers.Count(answer => !answer.Refused));
        Assert.Equal(503, (await relay.SendAsync(Sound)).Status);
        Array.ForEach(answers, answer => answer.Socket.Dispose());
    }

    [Theory]
    [InlineData("Relay:Overload:Memory", "0.0000001", "Memory")]
    [InlineData("Relay:Overload:Descriptors", "0.0000001", "Descriptors")]
    public async Task Each_resource_of_the_process_is_looked_at(string mark, string share, string shortage)
    {
        await using var relay = await RunningRelay.StartAsync(Functions.Address, untilReady: false, settings: (mark, share));
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "OverloadChanged"));

        var refused = await relay.SendAsync(RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test"));

        Assert.Equal((503, "overloaded", "close"), (refused.Status, refused.Problem.Code, refused.Headers["Connection"]));
        Assert.Contains(relay.Log.Lines, line => line.Text.StartsWith($"Overload: None is now {shortage}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_connection_more_than_there_may_be_is_closed_at_once()
    {
        await using var relay = await StartRelayAsync(("Relay:Overload:MaxConnections", "2"));
        using var first = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        using var second = new TcpClient();
        await second.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();
        var occupancy = relay.Services.GetRequiredService<Occupancy>();
        await relay.UntilAsync(() => occupancy.Connections == 2);

        using var third = new TcpClient();
        await third.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();
        Assert.Equal(0, await third.GetStream().ReadAsync(new byte[1]).Soon());

        second.Close();
        await relay.UntilAsync(() => occupancy.Connections == 1);
        Assert.Equal(101, (await relay.SendAsync(Sound)).Status);
        await LookAsync(relay);
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Text == "Turned away 1 connections within a second, having 2 already"));
    }

    [Fact]
    public async Task A_client_that_drips_its_head_is_given_up()
    {
        await using var relay = await StartRelayAsync(("Relay:Listen:HeadersTimeout", "00:00:01"));
        using var client = new TcpClient();
        await client.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        var answer = reader.ReadLineAsync().Soon();

        foreach (var drop in Sound)
        {
            await stream.WriteAsync(new[] { (byte)drop }).Soon();
            if (await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(50))) == answer)
            {
                break;
            }
        }

        Assert.Equal("HTTP/1.1 408 Request Timeout", await answer);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task A_client_that_never_begins_tls_is_given_up()
    {
        using var files = new CertificateFiles();
        await using var relay = await StartRelayAsync([("Relay:Listen:HeadersTimeout", "00:00:01"), .. files.Settings]);

        Assert.Equal("", await RawClient.SendToTheEndAsync(new Uri(relay.Listeners.GatewayTls!), ""));
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_given_up()
    {
        await using var relay = await StartRelayAsync(("Relay:Listen:IdleTimeout", "00:00:01"));

        Assert.Equal("", await RawClient.SendToTheEndAsync(relay.Address, ""));
    }

    [Theory]
    [InlineData(1, 2000, 431)]
    [InlineData(20, 1, 431)]
    [InlineData(10, 1, 101)]
    public async Task Headers_are_limited_in_number_and_size(int count, int length, int status)
    {
        await using var relay = await StartRelayAsync(("Relay:Listen:MaxHeaderBytes", "1024"), ("Relay:Listen:MaxHeaders", "15"));
        var headers = Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', length)}");

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", [.. headers]));

        Assert.Equal(status, answer.Status);
    }

    private new Task<RunningRelay> StartRelayAsync(params (string Key, string Value)[] settings) =>
        RunningRelay.StartAsync(Functions.Address, _time, settings: settings);

    // A second passes; that it has been looked at shows in what is waited for.
    private async Task LookAsync(RunningRelay relay, bool? until = null)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        if (until is { } overloaded)
        {
            await relay.UntilAsync(() => relay.Services.GetRequiredService<Readiness>().Overloaded == overloaded);
        }
    }

    private static async Task CloseAsync(RunningRelay relay, ClientWebSocket socket, int left)
    {
        await socket.ReceiveTextAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        await relay.UntilAsync(() => relay.Services.GetRequiredService<Occupancy>().Tunnels == left);
    }

    private static string? NotReadyBecause(RunningRelay relay) =>
        relay.Services.GetRequiredService<Readiness>().NotReadyBecause;
}
