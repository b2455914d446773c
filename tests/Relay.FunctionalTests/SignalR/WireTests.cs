using System.Net.WebSockets;
using System.Text;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>The hub protocol byte by byte, and clients that do not keep to it: none of them is noticed by the others.</summary>
public sealed class WireTests
{
    private const string Hello = """{"protocol":"json","version":1}""";
    private const char End = '\u001e';

    [Fact]
    public async Task Several_messages_may_share_a_frame_and_one_may_span_several()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.ConnectAsync(emulation, "chat");

        await client.SendAsync(Hello, """{"type":6}""", """{"type":1,"invocationId":"1","target":"a","arguments":[]}""");
        foreach (var letter in """{"type":1,"invocationId":"2","target":"ü","arguments":[]}""" + End)
        {
            await client.Socket.SendAsync(Encoding.UTF8.GetBytes([letter]), WebSocketMessageType.Text, endOfMessage: letter == End, default).Soon();
        }

        Assert.Equal("{}", (await client.ReadAsync())!.Value.GetRawText());
        Assert.Equal("""{"type":3,"invocationId":"1","error":"No upstream takes \u0027a\u0027."}""", (await client.ReadAsync())!.Value.GetRawText());
        Assert.Equal("2", (await client.ReadAsync())!.Value.GetProperty("invocationId").GetString());
    }

    [Theory]
    [InlineData("""{"protocol":"messagepack","version":1}""", "The protocol 'messagepack' is not supported.")]
    [InlineData("""{"protocol":"json","version":9}""", "The server does not support version 9 of the 'json' protocol.")]
    [InlineData("nonsense", "The handshake is none.")]
    [InlineData("{}", "The handshake is none.")]
    public async Task A_handshake_that_is_none_is_told_so_and_closed(string handshake, string error)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.ConnectAsync(emulation, "chat");

        await client.SendAsync(handshake);

        Assert.Equal(error, (await client.ReadAsync())!.Value.GetProperty("error").GetString());
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_handshake_without_end_is_not_read_for_ever()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.ConnectAsync(emulation, "chat");

        await client.Socket.SendTextAsync(new string(' ', 5000));

        Assert.Equal("The handshake is too long.", (await client.ReadAsync())!.Value.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_client_that_never_finishes_its_handshake_is_closed_after_15_seconds()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        using var silent = await HubSocket.ConnectAsync(emulation, "chat");
        using var half = await HubSocket.ConnectAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        await half.Socket.SendTextAsync(Hello);

        var told = await emulation.PassAsync(time, Task.WhenAll(silent.ReadAsync(), half.ReadAsync()));

        Assert.All(told, message => Assert.Equal("Handshake was canceled.", message!.Value.GetProperty("error").GetString()));
        Assert.Null(await silent.ReadAsync());
        await emulation.SendAsync("chat", "all");
        Assert.Equal("all", await other.TargetAsync());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":99}""")]
    [InlineData("""{"type":"1"}""")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":1,"target":"","arguments":[]}""")]
    [InlineData("""{"type":1,"target":"a\nb","arguments":[]}""")]
    [InlineData("""{"type":1,"target":"a","arguments":{}}""")]
    [InlineData("""{"type":1,"target":"a","arguments":[],"invocationId":7}""")]
    public async Task A_message_that_is_none_closes_its_connection_and_no_other(string message)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(message);

        Assert.Equal("The message is none of the JSON hub protocol.", await client.CloseAsync());
        await emulation.SendAsync("chat", "all");
        Assert.Equal("all", await other.TargetAsync());
        Assert.Equal(404, (int)(await emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{client.Id}?{RunningEmulation.Version}")).Status);
    }

    [Theory]
    [InlineData("""{"type":4,"invocationId":"s","target":"a","arguments":[]}""")]
    [InlineData("""{"type":1,"invocationId":"s","target":"a","arguments":[],"streamIds":["1"]}""")]
    public async Task A_stream_ends_in_an_error_at_once(string message)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync("""{"type":2,"invocationId":"s","item":1}""", """{"type":5,"invocationId":"s"}""", message);

        Assert.Equal("Streaming is not supported in serverless mode.", (await client.ReadAsync())!.Value.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Who_is_sent_nothing_is_pinged_after_15_seconds()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var message = await emulation.PassAsync(time, client.ReadAnyAsync());

        Assert.Equal(6, message!.Value.GetProperty("type").GetInt32());
    }

    [Fact]
    public async Task Who_has_pinged_and_then_is_silent_for_30_seconds_is_closed()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        using var silent = await HubSocket.OpenAsync(emulation, "chat");
        using var never = await HubSocket.OpenAsync(emulation, "chat");
        await silent.SendAsync("""{"type":6}""", """{"type":1,"invocationId":"1","target":"sync","arguments":[]}""");
        await silent.ReadAsync();

        var error = await emulation.PassAsync(time, silent.CloseAsync());

        Assert.Equal("The client has sent nothing for too long.", error);
        await emulation.SendAsync("chat", "all");
        Assert.Equal("all", await never.TargetAsync());
    }

    [Fact]
    public async Task Without_an_id_a_socket_is_a_new_connection_and_with_an_unknown_one_it_is_not_found()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");

        var fresh = await RawClient.SendAsync(emulation.Address, RawClient.Handshake($"/client/?hub=chat&access_token={token}"));
        var unknown = await RawClient.SendAsync(emulation.Address, RawClient.Handshake($"/client/?hub=chat&id=bogus&access_token={token}"));
        var stranger = await RawClient.SendAsync(emulation.Address, RawClient.Handshake("/client/?hub=chat"));
        var misplaced = await emulation.CallAsAsync(null, "POST", $"/client/negotiate?hub=chat&access_token={token}");

        Assert.Equal((101, 404, 401, 401), (fresh.Status, unknown.Status, stranger.Status, (int)misplaced.Status));
    }

    [Fact]
    public async Task Garbage_in_place_of_frames_ends_that_connection_alone()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");

        // A reset is an end too.
        var ended = await Record.ExceptionAsync(() => RawClient.SendToTheEndAsync(
            emulation.Address, RawClient.Handshake($"/client/?hub=chat&access_token={token}") + "\u0081\u0010 frame without mask"));
        await emulation.SendAsync("chat", "all");

        Assert.True(ended is null or IOException);
        Assert.Equal("all", await other.TargetAsync());
    }

    [Fact]
    public async Task When_it_stops_clients_are_told_to_come_back()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var stopping = emulation.StopAsync();

        var close = (await client.ReadAsync())!.Value;
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        await stopping.Soon();
        Assert.Equal((7, true), (close.GetProperty("type").GetInt32(), close.GetProperty("allowReconnect").GetBoolean()));
    }

    [Theory]
    [InlineData("http://page.example")]
    [InlineData("null")]
    public async Task Pages_of_any_origin_may_call_with_credentials(string origin)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var answer = await RawClient.SendAsync(emulation.Address, RawClient.Request(
            "OPTIONS /client/negotiate?hub=chat&negotiateVersion=1 HTTP/1.1",
            "Host: localhost",
            $"Origin: {origin}",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization,x-requested-with,x-signalr-user-agent"));

        Assert.Equal(204, answer.Status);
        Assert.Equal((origin, "true"), (answer.Headers["Access-Control-Allow-Origin"], answer.Headers["Access-Control-Allow-Credentials"]));
        Assert.Contains("x-signalr-user-agent", answer.Headers["Access-Control-Allow-Headers"], StringComparison.OrdinalIgnoreCase);
    }
}
