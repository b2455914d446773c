using System.Net.Sockets;
using System.Text;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>The known tricks to make two servers on one road read one request, or one connection, differently.</summary>
public class SmugglingTests : GatewayTests
{
    // A masked text frame: "hi".
    private const string Hi = "\x81\x82\0\0\0\0hi";

    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Theory]
    [InlineData("Connection: Upgrade, X-Secret")]
    [InlineData("Connection: x-secret,upgrade")]
    [InlineData("Connection: Upgrade,\tX-Secret\t,")]
    [InlineData("Connection: keep-alive, Upgrade, X-Secret")]
    [InlineData("Connection: close, Upgrade, X-Secret")]
    [InlineData("Connection: Upgrade\r\nConnection: X-Secret")]
    [InlineData("Connection: X-Secret\r\nConnection: keep-alive\r\nConnection: Upgrade")]
    public async Task What_Connection_names_does_not_pass_with_an_upgrade(string connection)
    {
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(
            Sound.Replace("Connection: Upgrade", $"{connection}\r\nX-Secret: 1\r\nX-Open: 1", StringComparison.Ordinal));

        Assert.Equal(101, answer.Status);
        var heard = Assert.Single(Server.Heard).Headers;
        Assert.False(heard.ContainsKey("X-Secret"));
        Assert.True(heard.ContainsKey("X-Open"));
        Assert.Equal("Upgrade", heard["Connection"]);
    }

    [Theory]
    [InlineData("HTTP/1.1", "Connection: close, X-Secret")]
    [InlineData("HTTP/1.1", "Connection: keep-alive, X-Secret")]
    [InlineData("HTTP/1.1", "Connection: X-Secret")]
    [InlineData("HTTP/1.1", "Connection: keep-alive\r\nConnection: X-Secret")]
    [InlineData("HTTP/1.0", "Connection: X-Secret, Keep-Alive")]
    public async Task What_Connection_names_does_not_pass_with_a_plain_request(string version, string connection)
    {
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Request(
            $"GET /echo?user_key={Keys.Good} {version}", "Host: gateway.test", connection, "X-Secret: 1", "X-Open: 1"));

        Assert.Equal(200, answer.Status);
        var heard = Assert.Single(Server.Heard).Headers;
        Assert.False(heard.ContainsKey("X-Secret"));
        Assert.True(heard.ContainsKey("X-Open"));
    }

    [Fact]
    public async Task A_connection_is_kept_or_ended_as_its_client_says()
    {
        await using var relay = await StartRelayAsync();
        string Get(string connection) =>
            RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test", connection);

        var answers = await RawClient.SendToTheEndAsync(
            relay.Address, Get("Connection: keep-alive, X-A") + Get("X-B: 1") + Get("Connection: X-A, close") + Get("X-C: 1"));

        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Theory]
    [InlineData("Host: gateway.test", "Host: gateway.test\r\nHost: other.test")]
    [InlineData("Host: gateway.test\r\n", "")]
    [InlineData("Upgrade: websocket", "Upgrade:\r\n websocket")]
    [InlineData("Upgrade: websocket", "Upgrade : websocket")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nX-A: 1\0")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nContent-Length: 1\r\nContent-Length: 2")]
    public async Task A_malformed_head_is_refused_and_its_connection_ended(string part, string spoilt)
    {
        await using var relay = await StartRelayAsync();

        var answer = await RawClient.SendToTheEndAsync(
            relay.Address, Sound.Replace(part, spoilt, StringComparison.Ordinal) + Sound);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1", answer[8..], StringComparison.Ordinal);
        Assert.Empty(Server.Heard);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("302 Found")]
    [InlineData("426 Upgrade Required")]
    public async Task What_follows_a_declined_handshake_reaches_nobody(string status)
    {
        await using var server = RawServer.Answering(
            $"HTTP/1.1 {status}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nno");
        Promote(Snapshots.Echo(server.Address, version: 2));
        await using var relay = await StartRelayAsync();

        var answer = await RawClient.SendToTheEndAsync(
            relay.Address, Sound + RawClient.Request($"GET /echo/secret?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test"));

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nno", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", Assert.Single(server.Heard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_a_refused_handshake_reaches_nobody()
    {
        await using var relay = await StartRelayAsync();

        var answer = await RawClient.SendToTheEndAsync(
            relay.Address, RawClient.Handshake("/echo") + RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: a"));

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1", answer[8..], StringComparison.Ordinal);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task The_backends_connection_of_a_declined_handshake_is_used_for_nothing_else()
    {
        await using var server = RawServer.Answering("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
        Promote(Snapshots.Echo(server.Address, version: 2));
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(Sound);
        await relay.SendAsync(Sound);
        await relay.SendAsync(RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test"));

        Assert.Equal(3, server.Heard.Count);
        Assert.All(server.Heard, heard => Assert.Single(heard.Split("HTTP/1.1"), part => part.StartsWith("GET ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Frames_right_behind_the_handshake_reach_the_backend_once()
    {
        await using var server = RawServer.Opening();
        Promote(Snapshots.Echo(server.Address, version: 2));
        await using var relay = await StartRelayAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();
        var stream = client.GetStream();

        await stream.WriteAsync(Encoding.Latin1.GetBytes(Sound + Hi)).Soon();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.Equal("HTTP/1.1 101 Switching Protocols", await reader.ReadLineAsync().Soon());
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Hi)).Soon();
        var heard = await server.UntilAsync(text => text.Split("hi").Length > 2);

        Assert.EndsWith("\r\n\r\n" + Hi + Hi, heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_right_behind_the_101_reach_the_client_once()
    {
        const string going = "\x81\x02hi\x88\x02\x03\xe8";
        await using var server = RawServer.Opening(going);
        Promote(Snapshots.Echo(server.Address, version: 2));
        await using var relay = await StartRelayAsync();

        var answer = await RawClient.SendToTheEndAsync(relay.Address, Sound + "\x88\x82\0\0\0\0\x03\xe8");

        Assert.EndsWith("\r\n\r\n" + going, answer, StringComparison.Ordinal);
    }
}
