using System.Net;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>What is too large or too much, as in the tiers of the real service.</summary>
public sealed class LimitTests
{
    private const int Megabyte = 1024 * 1024;
    private static readonly (string, string) Free = ("Relay:SignalR:Limits", "Free");
    private static readonly (string, string) Off = ("Relay:SignalR:Limits", "Off");

    [Theory]
    [InlineData(Megabyte, 202)]
    [InlineData(Megabyte + 1, 413)]
    public async Task A_body_of_REST_has_1_MB_at_most(int bytes, int status)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/:send?{RunningEmulation.Version}", Body(bytes));

        Assert.Equal((status, status == 413 ? "PayloadTooLarge" : null), ((int)reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(Megabyte, 404)]
    [InlineData(Megabyte + 1, 413)]
    public async Task A_request_of_a_client_has_1_MB_at_most(int bytes, int status)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(
            ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/?hub=chat&id=bogus", new string('x', bytes), "text/plain");

        Assert.Equal(status, (int)reply.Status);
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_has_no_more()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var ofApp = ServiceTokens.Sign("http://localhost/api/hubs/chat/:send");
        var ofClient = ServiceTokens.Sign("http://localhost/client/?hub=chat");
        var negotiated = await emulation.CallAsAsync(ofClient, "POST", "/client/negotiate?hub=chat&negotiateVersion=1");
        var poll = $"/client/?hub=chat&id={negotiated.Json.GetProperty("connectionToken").GetString()}";
        await emulation.CallAsAsync(ofClient, "GET", poll);
        await emulation.CallAsAsync(ofClient, "POST", poll, "{\"protocol\":\"json\",\"version\":1}\u001e", "text/plain");

        var sent = await PostUnboundedAsync(emulation, $"/api/hubs/chat/:send?{RunningEmulation.Version}", ofApp);
        var said = await PostUnboundedAsync(emulation, poll, ofClient);
        await emulation.SendAsync("chat", "all");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest), (sent, said));
        Assert.Equal("all", await other.TargetAsync());
    }

    [Fact]
    public async Task A_larger_message_closes_its_connection_and_no_other()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(new string(' ', Megabyte - 20) + """{"type":6}""", """{"type":1,"invocationId":"1","target":"a","arguments":[]}""");
        var before = await client.ReadAsync();
        await client.Socket.SendTextAsync(new string(' ', Megabyte + 1));

        Assert.Equal("1", before!.Value.GetProperty("invocationId").GetString());
        Assert.Equal("A message has 1048576 bytes at most.", await client.CloseAsync());
        await emulation.SendAsync("chat", "all");
        Assert.Equal("all", await other.TargetAsync());
    }

    [Fact]
    public async Task Without_limits_bodies_may_be_larger_and_not_endless()
    {
        await using var emulation = await RunningEmulation.StartAsync(settings: Off);

        Assert.Equal(HttpStatusCode.Accepted, (await emulation.CallAsync("POST", "/api/v1/hubs/chat", Body(2 * Megabyte))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await emulation.CallAsync("POST", "/api/v1/hubs/chat", Body((16 * Megabyte) + 1))).Status);
    }

    [Fact]
    public async Task The_free_tier_has_20_connections_and_a_place_is_given_back()
    {
        await using var emulation = await RunningEmulation.StartAsync(settings: Free);
        var clients = new List<HubSocket>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await HubSocket.OpenAsync(emulation, $"hub{i % 3}"));
        }

        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
        var refused = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat");
        await emulation.CallAsync("DELETE", $"/api/v1/hubs/hub0/connections/{clients[0].Id}");
        await clients[0].CloseAsync();
        clients[0].Dispose();
        var admitted = refused;
        for (var i = 0; i < 1000 && admitted.Status != HttpStatusCode.OK; i++)
        {
            admitted = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat");
        }

        clients.ForEach(client => client.Dispose());
        Assert.Equal((HttpStatusCode.TooManyRequests, "TooManyRequests"), (refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.OK, admitted.Status);
    }

    [Fact]
    public async Task The_free_tier_has_20000_messages_a_day_in_pieces_of_2_KB()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time, Free);
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        var body = Body(Megabyte);
        for (var i = 0; i < 39; i++)
        {
            await emulation.CallAsync("POST", "/api/v1/hubs/chat", body);
            await client.ReadAsync();
        }

        await emulation.SendAsync("chat", "one too many");
        var refused = await emulation.CallAsAsync(ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/negotiate?hub=chat");
        var close = await client.ReadAsync();
        time.Advance(TimeSpan.FromDays(1));
        var tomorrow = await emulation.CallAsAsync(ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/negotiate?hub=chat");

        Assert.Equal("""{"type":7,"error":"Message count reaches limit."}""", close!.Value.GetRawText());
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (refused.Status, tomorrow.Status));
    }

    private static async Task<HttpStatusCode> PostUnboundedAsync(RunningEmulation emulation, string path, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulation.Address, path));
        request.Content = new StringContent(Body(2 * Megabyte), Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.TransferEncodingChunked = true;
        using var answer = await http.SendAsync(request).Soon();
        return answer.StatusCode;
    }

    private static string Body(int bytes)
    {
        const string start = """{"target":"t","arguments":["a""";
        return new StringBuilder(start).Append('x', bytes - start.Length - 3).Append("\"]}").ToString();
    }
}
