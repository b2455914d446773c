using System.Net.WebSockets;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Credentials in Sec-WebSocket-Protocol, the one header that a page chooses.</summary>
public sealed class SubprotocolTests : GatewayTests
{
    [Theory]
    [InlineData("gateway.user_key.KEY, chat.v2, chat.v1", "chat.v2", "chat.v2, chat.v1")]
    [InlineData("chat.v1, gateway, gateway.user_key.KEY", "chat.v1", "chat.v1")]
    [InlineData("gateway, gateway.user_key.KEY", "gateway", null)]
    [InlineData("gateway.user_key.KEY", null, null)]
    public async Task The_key_opens_the_tunnel_is_taken_out_and_the_answer_names_what_was_offered(
        string offered, string? chosen, string? heard)
    {
        Promote(Allowing());
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(
            "/echo", "Sec-WebSocket-Protocol: " + offered.Replace("KEY", Keys.Good, StringComparison.Ordinal)));

        Assert.Equal(101, answer.Status);
        Assert.Equal(chosen, answer.Headers.GetValueOrDefault("Sec-WebSocket-Protocol"));
        Assert.Equal(heard, Assert.Single(Server.Heard).Headers.GetValueOrDefault("Sec-WebSocket-Protocol"));
        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains(Keys.Good, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_offers_the_gateway_beside_its_key_talks_to_a_server_that_chooses_nothing()
    {
        Promote(Allowing());
        Server.Instead = async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", http.RequestAborted);
        };
        await using var relay = await StartRelayAsync();

        using var socket = await relay.ConnectAsync("/echo", options =>
        {
            options.AddSubProtocol("chat");
            options.AddSubProtocol("gateway");
            options.AddSubProtocol("gateway.user_key." + Keys.Good);
        });
        await socket.ReceiveAsync(new byte[10], CancellationToken.None).Soon();

        Assert.Equal(("gateway", "bye"), (socket.SubProtocol, socket.CloseStatusDescription));
    }

    [Theory]
    [InlineData("/echo", "gateway.user_key.a-key-0123456789, gateway.user_key.b-key-0123456789", 400, "credentials_malformed")]
    [InlineData("/echo?user_key=other-key-0123456789", "gateway.user_key." + Keys.Good, 400, "credentials_malformed")]
    [InlineData("/echo", "gateway.user_key." + Keys.Bad, 403, "user_key_invalid")]
    [InlineData("/echo", "gateway, chat", 403, "credentials_missing")]
    public async Task What_is_no_good_is_refused_before_the_backend_hears(string target, string offered, int status, string code)
    {
        Promote(Allowing());
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(target, "Sec-WebSocket-Protocol: " + offered));

        Assert.Equal((status, code), (answer.Status, answer.Problem.Code));
        Assert.DoesNotContain("key-0123456789", answer.Body, StringComparison.Ordinal);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task A_product_that_does_not_allow_it_leaves_the_header_alone()
    {
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", "Sec-WebSocket-Protocol: gateway.v1,  chat"));

        Assert.Equal("gateway.v1,  chat", Assert.Single(Server.Heard).Headers["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task A_plain_request_may_bring_it_too_and_the_backend_does_not_see_it()
    {
        Promote(Allowing());
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Request(
            "GET /echo HTTP/1.1", "Host: gateway.test", "Connection: close", "Sec-WebSocket-Protocol: gateway.user_key." + Keys.Good));

        Assert.Equal((200, "GET over http"), (answer.Status, answer.Body));
        Assert.False(Assert.Single(Server.Heard).Headers.ContainsKey("Sec-WebSocket-Protocol"));
    }

    private ProductSnapshot Allowing() =>
        Snapshots.Echo(Server.Address, version: 2) with { Credentials = new CredentialSettings { Subprotocol = true } };
}
