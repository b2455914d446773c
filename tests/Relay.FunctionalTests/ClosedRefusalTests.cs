using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Refusals of pages' handshakes as accept-then-close, where the product says so.</summary>
public class ClosedRefusalTests : GatewayTests
{
    private const string Page = "Origin: https://app.example.com";

    [Theory]
    [InlineData("/echo/room", 4401, "credentials_missing")]
    [InlineData("/echo/room?user_key=" + Keys.Bad, 4401, "user_key_invalid")]
    [InlineData("/echo/elsewhere?user_key=" + Keys.Good, 4404, "no_mapping_rule")]
    [InlineData("/echo/room?user_key=idle", 4403, "application_not_active")]
    [InlineData("/echo/room?user_key=busy", 4429, "limits_exceeded")]
    public async Task A_page_is_told_by_code_and_reason(string target, int close, string reason)
    {
        Promote(Closing());
        Functions.Judge = question => question.UserKey switch
        {
            "idle" => Denied(AuthorizationReasons.ApplicationNotActive),
            "busy" => Denied(AuthorizationReasons.LimitsExceeded),
            _ => Denied(AuthorizationReasons.UserKeyInvalid),
        };
        await using var relay = await StartRelayAsync();

        Assert.Equal((close, reason), await ClosedAsync(relay, target));

        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Id == 1000));
        Assert.Contains($"code={reason}", relay.Log.Lines.Single(line => line.Id.Id == 1000).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(relay.Log.Lines, line => line.Id.Id == 1001);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task Functions_that_are_away_are_a_reason_to_try_again_later()
    {
        Promote(Closing());
        await using var relay = await StartRelayAsync();
        await Functions.GoAwayAsync();

        Assert.Equal((1013, "authorization_unavailable"), await ClosedAsync(relay, $"/echo/room?user_key={Keys.Good}"));
    }

    [Fact]
    public async Task What_becomes_of_the_backend_is_told_too()
    {
        Promote(Closing());
        Server.Instead = http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync("no such room");
        };
        await using var relay = await StartRelayAsync();

        Assert.Equal((4502, "declined by the backend: 404"), await ClosedAsync(relay, $"/echo/room?user_key={Keys.Good}"));

        await Server.DisposeAsync();
        Assert.Equal((4502, "backend_unreachable"), await ClosedAsync(relay, $"/echo/room?user_key={Keys.Good}"));
    }

    [Fact]
    public async Task Whoever_is_no_page_and_whatever_is_no_sound_handshake_gets_the_status()
    {
        Promote(Closing());
        await using var relay = await StartRelayAsync();
        var sound = RawClient.Handshake("/echo/room", Page);

        Assert.Equal(403, (await relay.SendAsync(RawClient.Handshake("/echo/room"))).Status);
        Assert.Equal(403, (await relay.SendAsync(RawClient.Handshake("/echo/room", "Origin:"))).Status);
        Assert.Equal(426, (await relay.SendAsync(sound.Replace("Version: 13", "Version: 8", StringComparison.Ordinal))).Status);
        Assert.Equal(400, (await relay.SendAsync(sound.Replace(RawClient.Key, "short", StringComparison.Ordinal))).Status);
        Assert.Equal(403, (await relay.SendAsync(RawClient.Request("GET /echo/room HTTP/1.1", "Host: h", Page))).Status);
        Assert.Equal(404, (await relay.SendAsync(RawClient.Handshake("/nothing", Page))).Status);
    }

    [Fact]
    public async Task Over_HTTP_2_it_is_the_same_and_the_connection_stays_for_the_next()
    {
        Promote(Closing() with { Credentials = new CredentialSettings { Subprotocol = true } });
        await using var relay = await StartRelayAsync(("Relay:Listen:Http2Port", "0"));
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        using var refused = await client.ConnectAsync("/echo/room", options => Offer(options, Keys.Bad));
        await refused.ReceiveAsync(new byte[200], CancellationToken.None).Soon();
        await refused.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        using var admitted = await client.ConnectAsync("/echo/room", options => Offer(options, Keys.Good));

        Assert.Equal((4401, "user_key_invalid"), ((int)refused.CloseStatus!, refused.CloseStatusDescription));
        Assert.Equal("something", await admitted.ReceiveTextAsync());
        Assert.Equal(("gateway", "gateway"), (refused.SubProtocol, admitted.SubProtocol));

        static void Offer(ClientWebSocketOptions options, string key)
        {
            options.SetRequestHeader("Origin", "https://app.example.com");
            options.AddSubProtocol("gateway");
            options.AddSubProtocol("gateway.user_key." + key);
        }
    }

    [Fact]
    public async Task A_product_that_does_not_say_so_answers_pages_as_everybody()
    {
        await using var relay = await StartRelayAsync();

        Assert.Equal(403, (await relay.SendAsync(RawClient.Handshake("/echo", Page))).Status);
    }

    [Theory]
    [InlineData("chat, gateway.user_key." + Keys.Bad, "chat")]
    [InlineData("chat, gateway.user_key." + Keys.Bad + ", gateway", "gateway")]
    [InlineData("gateway.user_key." + Keys.Bad, null)]
    public async Task A_page_that_offers_subprotocols_gets_one_of_them_or_its_browser_would_hide_the_close(string offered, string? named)
    {
        Promote(Closing() with { Credentials = new CredentialSettings { Subprotocol = true } });
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake("/echo/room", Page, "Sec-WebSocket-Protocol: " + offered));

        Assert.Equal((101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), (answer.Status, answer.Headers["Sec-WebSocket-Accept"]));
        Assert.Equal(named, answer.Headers.GetValueOrDefault("Sec-WebSocket-Protocol"));
    }

    // Frames of 5 and of 300 bytes, then the Close that answers; all masked, with a key of zeros.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task What_a_page_has_sent_meanwhile_is_let_go_and_the_connection_ends_in_order(int cut)
    {
        Promote(Closing());
        await using var relay = await StartRelayAsync();
        byte[] sent =
        [
            0x82, 0x85, 0, 0, 0, 0, .. new byte[5],
            0x82, 0xfe, 0x01, 0x2c, 0, 0, 0, 0, .. new byte[300],
            0x88, 0x82, 0, 0, 0, 0, 0x11, 0x31,
        ];

        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(RawClient.Handshake("/echo/room", Page))).Soon();
        foreach (var piece in sent.Chunk(cut))
        {
            await stream.WriteAsync(piece).Soon();
        }

        using var all = new MemoryStream();
        await stream.CopyToAsync(all).Soon();
        byte[] close = [0x88, 2 + 19, 0x11, 0x31, .. "credentials_missing"u8];
        Assert.Equal(close, all.ToArray()[^close.Length..]);
    }

    [Fact]
    public async Task Who_never_answers_the_close_is_left_after_the_time_for_it()
    {
        Promote(Closing());
        await using var relay = await StartRelayAsync(("Relay:Tunnel:CloseTimeout", "00:00:00.100"));
        using var client = new TcpClient();
        await client.ConnectAsync(relay.Address.Host, relay.Address.Port).Soon();

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(RawClient.Handshake("/echo/room", Page))).Soon();

        using var all = new MemoryStream();
        await client.GetStream().CopyToAsync(all).Soon();
        Assert.EndsWith("credentials_missing", Encoding.ASCII.GetString(all.ToArray()), StringComparison.Ordinal);
    }

    private static async Task<(int Code, string? Reason)> ClosedAsync(RunningRelay relay, string target)
    {
        using var socket = await relay.ConnectAsync(target, options => options.SetRequestHeader("Origin", "https://app.example.com"));
        var received = await socket.ReceiveAsync(new byte[200], CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        return ((int)socket.CloseStatus!, socket.CloseStatusDescription);
    }

    private ProductSnapshot Closing() => Snapshots.Echo(Server.Address, version: 2) with
    {
        CloseRefusals = true,
        MappingRules = [new MappingRule { Method = "GET", Pattern = "/room", Metric = "hits" }],
    };
}
