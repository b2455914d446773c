using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>What is said with <c>@microsoft/signalr</c>, as in <c>Peers/signalr-client.mjs</c>, over each transport.</summary>
public sealed class NpmClientTests
{
    [Theory]
    [InlineData("negotiation", "WebSockets")]
    [InlineData("negotiation", "ServerSentEvents")]
    [InlineData("negotiation", "LongPolling")]
    [InlineData("broadcasts", "WebSockets")]
    [InlineData("broadcasts", "ServerSentEvents")]
    [InlineData("broadcasts", "LongPolling")]
    [InlineData("users", "WebSockets")]
    [InlineData("users", "ServerSentEvents")]
    [InlineData("users", "LongPolling")]
    [InlineData("closing", "WebSockets")]
    [InlineData("closing", "ServerSentEvents")]
    [InlineData("closing", "LongPolling")]
    [InlineData("nobody to tell", "WebSockets")]
    [InlineData("nobody to tell", "ServerSentEvents")]
    [InlineData("nobody to tell", "LongPolling")]
    [InlineData("stateful reconnect", "WebSockets")]
    [InlineData("refused", "WebSockets")]
    public async Task Its_conversations_are_held(string name, string transport)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        await NpmClient.HoldAsync(emulation.Address, name, transport);
    }

    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task Its_invocations_are_answered_by_the_webhook(string transport)
    {
        await using var webhook = await Webhook.StartAsync();
        webhook.Answers["answer"] = async http =>
        {
            var invocation = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
            await http.Response.WriteAsync($"{{\"type\":3,\"invocationId\":{invocation.GetProperty("invocationId").GetRawText()},\"result\":{{\"sum\":2.5}}}}\u001e");
        };
        webhook.Answers["nothing"] = http => Task.FromResult(http.Response.StatusCode = 204);
        webhook.Answers["fail"] = http => Task.FromResult(http.Response.StatusCode = 500);
        await using var emulation = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Upstream:0:UrlTemplate", webhook.Address.ToString()));

        await NpmClient.HoldAsync(emulation.Address, "invocations", transport);

        var events = new List<(string, bool)>();
        for (var call = await webhook.NextAsync(); ; call = await webhook.NextAsync())
        {
            events.Add((call.Event, call.Body.Contains("invocationId", StringComparison.Ordinal)));
            if (call.Event == "disconnected")
            {
                break;
            }
        }

        Assert.Equal(
            [("connected", false), ("answer", true), ("nothing", true), ("fail", true), ("say", false), ("answer", true), ("disconnected", false)],
            events);
    }

    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task Of_each_end_of_its_connections_the_webhook_is_told_once(string transport)
    {
        await using var webhook = await Webhook.StartAsync();
        await using var emulation = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Upstream:0:UrlTemplate", webhook.Address.ToString()));

        await NpmClient.HoldAsync(emulation.Address, "closing", transport);

        // One that is closed and comes back, and is closed by its client; another that is closed and does not.
        var calls = new List<Webhook.Call>();
        for (var i = 0; i < 6; i++)
        {
            calls.Add(await webhook.NextAsync());
        }

        Assert.True(webhook.IsQuiet);
        Assert.All(calls.GroupBy(call => call.Headers["X-ASRS-Connection-Id"]), ofOne => Assert.Equal(["connected", "disconnected"], ofOne.Select(call => call.Event)));
        Assert.Equal(
            ["""{"type":11,"error":"bye"}""", """{"type":11,"error":"enough"}""", """{"type":11}"""],
            calls.Where(call => call.Event == "disconnected").Select(call => call.Body).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_comes_back_after_a_restart()
    {
        var first = await RunningEmulation.StartAsync();
        await using var client = NpmClient.Start(first.Address, "restart");
        await client.LineAsync(NpmClient.Connected());
        var port = $"{first.Address.Port}";
        await first.DisposeAsync();
        await client.LineAsync(NpmClient.Reconnecting());
        await using var second = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Port", port));

        await NpmClient.HoldAsync(client);
    }
}
