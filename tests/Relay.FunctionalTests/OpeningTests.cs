using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>The main road: a valid key, a willing backend, an open tunnel.</summary>
public sealed partial class OpeningTests : GatewayTests
{
    [Theory]
    [InlineData("/echo")]
    [InlineData("/echo/")]
    [InlineData("/staging/echo")]
    public async Task A_valid_key_opens_a_tunnel_to_the_private_server(string path)
    {
        await using var relay = await StartRelayAsync();

        using var socket = await relay.ConnectAsync($"{path}?user_key={Keys.Good}");
        var greeting = await socket.ReceiveTextAsync();
        await socket.SendTextAsync("hello");
        var reply = await socket.ReceiveTextAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default).Soon();

        Assert.Equal(("something", "reply from server : hello"), (greeting, reply));
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Client_and_backend_negotiate_the_subprotocol_end_to_end()
    {
        await using var relay = await StartRelayAsync();

        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}", options =>
        {
            options.AddSubProtocol("chat.v2");
            options.AddSubProtocol("chat.v1");
        });

        Assert.Equal("chat.v2", socket.SubProtocol);
    }

    [Fact]
    public async Task The_101_carries_the_backends_own_proof_and_headers()
    {
        Server.Instead = async http =>
        {
            http.Response.Headers["X-From-Backend"] = "yes";
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
        };
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));

        Assert.Equal((101, "Switching Protocols"), (answer.Status, answer.Reason));
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Headers["Sec-WebSocket-Accept"]);
        Assert.Equal("websocket", answer.Headers["Upgrade"], ignoreCase: true);
        Assert.Equal("Upgrade", answer.Headers["Connection"], ignoreCase: true);
        Assert.Equal("yes", answer.Headers["X-From-Backend"]);
    }

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("connection: UPGRADE")]
    public async Task Every_spelling_of_an_upgrade_opens(string connection)
    {
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(
            RawClient.Handshake($"/echo?user_key={Keys.Good}").Replace("Connection: Upgrade", connection, StringComparison.Ordinal));

        Assert.Equal(101, answer.Status);
    }

    [Fact]
    public async Task Open_and_close_leave_one_line_each_in_the_log()
    {
        await using var relay = await StartRelayAsync();

        using (var socket = await relay.ConnectAsync($"/echo/room?user_key={Keys.Good}"))
        {
            await socket.ReceiveTextAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        }

        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Id == 1002));
        var opened = Assert.Single(relay.Log.Lines, line => line.Id.Id == 1001).Text;
        var closed = Assert.Single(relay.Log.Lines, line => line.Id.Id == 1002).Text;
        Assert.Contains("/echo/room product=echo environment=production application=app-1 backend=echo-backend", opened, StringComparison.Ordinal);
        Assert.Contains("end=closed_by_client code=1000 actor=client", closed, StringComparison.Ordinal);
        Assert.Equal(SessionName().Match(opened).Value, SessionName().Match(closed).Value);
        Assert.EndsWith(" protocol=- extensions=\"-\"", opened, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_what_was_agreed_on_and_never_a_query_a_key_or_a_header()
    {
        await using var relay = await StartRelayAsync();

        using var socket = await relay.ConnectAsync($"/echo/room?user_key={Keys.Good}&more=secret-in-the-query", options =>
        {
            options.AddSubProtocol("chat.v2");
            options.SetRequestHeader("X-Secret", "secret-in-a-header");
        });

        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "Opened"));
        Assert.EndsWith(" protocol=chat.v2 extensions=\"-\"", relay.Log.Lines.Single(line => line.Id.Name == "Opened").Text, StringComparison.Ordinal);
        Assert.All(relay.Log.Lines, line => Assert.DoesNotContain("secret-in", line.Text, StringComparison.Ordinal));
        Assert.All(relay.Log.Lines, line => Assert.DoesNotContain(Keys.Good, line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_session_leaves_a_line_every_so_often_and_all_lines_add_up()
    {
        var silent = new ChainedPolicy
        {
            Name = "websocket_keepalive",
            Configuration = JsonDocument.Parse("""{"ping_interval":0}""").RootElement,
        };
        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [Snapshots.Policy("websocket"), silent] });
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(
            Functions.Address, time, settings: ("Relay:Sessions:RecordInterval", "00:01:00"));
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();
        await UntilAsync(relay, time, TimeSpan.FromSeconds(10), lines: 1);
        await socket.SendTextAsync("four");
        await socket.ReceiveTextAsync();
        await UntilAsync(relay, time, TimeSpan.FromSeconds(10), lines: 2);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "Closed"));

        var open = relay.Log.Lines.Where(line => line.Id.Name == "Open").Select(line => line.Text).Take(2).ToArray();
        var closed = relay.Log.Lines.Single(line => line.Id.Name == "Closed").Text;
        Assert.EndsWith(
            "messages_in=0 bytes_in=0 messages_out=1 bytes_out=9 since_messages_in=0 since_bytes_in=0 since_messages_out=1 since_bytes_out=9",
            open[0],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "messages_in=1 bytes_in=4 messages_out=2 bytes_out=33 since_messages_in=1 since_bytes_in=4 since_messages_out=1 since_bytes_out=24",
            open[1],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "messages_in=1 bytes_in=4 messages_out=2 bytes_out=33 since_messages_in=0 since_bytes_in=0 since_messages_out=0 since_bytes_out=0",
            closed,
            StringComparison.Ordinal);
    }

    // The session is seen by the clock's tick after it was opened, whenever that is: time goes on until a line is there.
    private static Task UntilAsync(RunningRelay relay, ManualTime time, TimeSpan step, int lines) => relay.UntilAsync(() =>
    {
        time.Advance(step);
        return relay.Log.Lines.Count(line => line.Id.Name == "Open") >= lines;
    });

    [GeneratedRegex("session=[0-9a-f]{16} ")]
    private static partial Regex SessionName();
}
