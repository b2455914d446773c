using System.Net;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>What differs between transports, and clients that do not take what they are sent.</summary>
public sealed class TransportTests
{
    [Fact]
    public async Task Long_polls_end_with_their_token_and_WebSockets_outlast_it()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat", expires: time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds());
        using var socket = await HubSocket.OpenAsync(emulation, "chat", new { exp = time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds() });
        var negotiated = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat&negotiateVersion=1");
        var poll = $"/client/?hub=chat&id={negotiated.Json.GetProperty("connectionToken").GetString()}";

        var first = await emulation.CallAsAsync(token, "GET", poll);
        var hello = await emulation.CallAsAsync(token, "POST", poll, "{\"protocol\":\"json\",\"version\":1}\u001e", "text/plain");
        var welcome = await emulation.CallAsAsync(token, "GET", poll);
        time.Advance(TimeSpan.FromMinutes(1));
        var over = (await emulation.CallAsAsync(token, "GET", poll), await emulation.CallAsAsync(token, "POST", poll, "{\"type\":6}\u001e", "text/plain"));
        await emulation.SendAsync("chat", "outlasted");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "{}\u001e"), (first.Status, hello.Status, welcome.Body));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (over.Item1.Status, over.Item2.Status));
        Assert.Equal("outlasted", await socket.TargetAsync());
    }

    [Fact]
    public async Task A_token_in_the_query_is_for_WebSockets_and_server_sent_events()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
        var negotiated = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat&negotiateVersion=1");
        var target = $"/client/?hub=chat&id={negotiated.Json.GetProperty("connectionToken").GetString()}&access_token={token}";
        using var http = new HttpClient();
        using var events = new HttpRequestMessage(HttpMethod.Get, new Uri(emulation.Address, target));
        events.Headers.Accept.ParseAdd("text/event-stream");

        using var poll = await http.GetAsync(new Uri(emulation.Address, target)).Soon();
        using var stream = await http.SendAsync(events, HttpCompletionOption.ResponseHeadersRead).Soon();

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (poll.StatusCode, stream.StatusCode));
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_page_with_its_token_in_the_query_is_a_client_like_any_other()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var page = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" }, asPage: true);

        var there = await emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{page.Id}?{RunningEmulation.Version}");
        await emulation.CallAsync("POST", $"/api/hubs/chat/users/ann/:send?{RunningEmulation.Version}", """{"target":"ann's"}""");
        await emulation.CallAsync("POST", $"/api/hubs/chat/connections/{page.Id}/:send?{RunningEmulation.Version}", """{"target":"its"}""");
        await emulation.SendAsync("chat", "all's");
        await emulation.CallAsync("DELETE", $"/api/hubs/chat/connections/{page.Id}?{RunningEmulation.Version}&reason=bye");

        Assert.Equal(HttpStatusCode.OK, there.Status);
        Assert.Equal(("ann's", "its", "all's"), (await page.TargetAsync(), await page.TargetAsync(), await page.TargetAsync()));
        Assert.Equal("bye", await page.CloseAsync());
    }

    [Fact]
    public async Task Who_takes_nothing_of_what_it_is_sent_is_dropped_and_the_others_hear_all()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var deaf = await HubSocket.OpenAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var text = new string('x', 1000 * 1000);

        var (sent, there) = (0, HttpStatusCode.OK);
        while (there == HttpStatusCode.OK && sent < 200)
        {
            await emulation.SendAsync("chat", "much", text);
            sent++;
            Assert.Equal("much", await other.TargetAsync());
            there = (await emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{deaf.Id}?{RunningEmulation.Version}")).Status;
        }

        Assert.Equal(HttpStatusCode.NotFound, there);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_message_leaves_nothing_behind()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using (var leaving = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" }))
        {
            await leaving.Socket.SendAsync(Encoding.UTF8.GetBytes("""{"type":1,"""), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: false, default).Soon();
            leaving.Socket.Abort();
        }

        var there = HttpStatusCode.OK;
        for (var i = 0; i < 1000 && there == HttpStatusCode.OK; i++)
        {
            there = (await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann?{RunningEmulation.Version}")).Status;
        }

        Assert.Equal(HttpStatusCode.NotFound, there);
    }
}
