using System.Net;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Limits of a connection that is no socket: server-sent events, long polls.</summary>
public sealed class PollingTests : IDisposable
{
    private const string Hello = "{\"protocol\":\"json\",\"version\":1}\u001e";
    private static readonly string Token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Without_sockets_too_a_handshake_has_15_seconds()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        var (poll, _) = await NegotiateAsync(emulation);
        await emulation.CallAsAsync(Token, "GET", poll);
        using var events = await OpenEventsAsync(emulation, (await NegotiateAsync(emulation)).Target);

        var told = await emulation.PassAsync(time, Task.WhenAll(PollAsync(emulation, poll), events.Content.ReadAsStringAsync()));

        Assert.All(told, text => Assert.Contains("{\"error\":\"Handshake was canceled.\"}\u001e", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_reads_none_of_its_events_is_dropped_and_the_others_hear_all()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var (target, id) = await NegotiateAsync(emulation);
        using var unread = await OpenEventsAsync(emulation, target);
        await emulation.CallAsAsync(Token, "POST", target, Hello, "text/plain");
        var text = new string('x', 1000 * 1000);

        var (sent, there) = (0, HttpStatusCode.NotFound);
        for (; there == HttpStatusCode.NotFound && sent < 1000; sent++)
        {
            there = await IsThereAsync(emulation, id);
        }

        Assert.Equal(HttpStatusCode.OK, there);
        for (sent = 0; there == HttpStatusCode.OK && sent < 200; sent++)
        {
            await emulation.SendAsync("chat", "much", text);
            Assert.Equal("much", await other.TargetAsync());
            there = await IsThereAsync(emulation, id);
        }

        Assert.Equal(HttpStatusCode.NotFound, there);
    }

    private static async Task<(string Target, string Id)> NegotiateAsync(RunningEmulation emulation)
    {
        var negotiated = (await emulation.CallAsAsync(Token, "POST", "/client/negotiate?hub=chat&negotiateVersion=1")).Json;
        return ($"/client/?hub=chat&id={negotiated.GetProperty("connectionToken").GetString()}", negotiated.GetProperty("connectionId").GetString()!);
    }

    private static async Task<string> PollAsync(RunningEmulation emulation, string target) => (await emulation.CallAsAsync(Token, "GET", target)).Body;

    private static async Task<HttpStatusCode> IsThereAsync(RunningEmulation emulation, string id) =>
        (await emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{id}?{RunningEmulation.Version}")).Status;

    private async Task<HttpResponseMessage> OpenEventsAsync(RunningEmulation emulation, string target)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(emulation.Address, target));
        request.Headers.Add("Authorization", $"Bearer {Token}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }
}
