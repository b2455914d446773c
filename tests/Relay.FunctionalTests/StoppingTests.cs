using System.Net.WebSockets;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>How a relay stops: it says so, takes nothing new, and ends what is open in order.</summary>
public sealed class StoppingTests : GatewayTests
{
    [Fact]
    public async Task Open_sessions_are_told_that_the_relay_is_going_away()
    {
        await using var relay = await StartRelayAsync();
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();

        var stopping = relay.StopAsync();
        var received = await socket.ReceiveAsync(new byte[256].AsMemory(), CancellationToken.None).Soon();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        await stopping.Soon();

        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
        Assert.Contains(relay.Log.Lines, line => line.Id.Id == 1002 && line.Text.Contains("end=shutting_down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_sessions_close_new_requests_are_refused_and_ready_says_no()
    {
        await using var relay = await StartRelayAsync();
        using var http = new HttpClient();
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();

        var stopping = relay.StopAsync();
        var received = await socket.ReceiveAsync(new byte[256].AsMemory(), CancellationToken.None).Soon();
        var refused = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));
        using var ready = await http.GetAsync(new Uri(relay.Management, "/ready")).Soon();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        await stopping.Soon();

        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal((503, "shutting_down"), (refused.Status, refused.Problem.Code));
        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Equal("""{"status":"not_ready","reason":"shutting_down","open":1}""", await ready.Content.ReadAsStringAsync().Soon());
    }
}
