using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>What is said with <c>@microsoft/signalr</c>, as in <c>Peers/signalr-client.mjs</c>, over each transport.</summary>
public sealed partial class NpmClientTests
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

        await HoldAsync(emulation, name, transport);
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

        await HoldAsync(emulation, "invocations", transport);

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

    [Fact]
    public async Task It_stays_connected_while_nothing_is_said()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        await HoldAsync(emulation, "idle", "WebSockets");
    }

    [Fact]
    public async Task It_comes_back_after_a_restart()
    {
        var first = await RunningEmulation.StartAsync();
        await using var client = Start(first, "restart", "WebSockets");
        await client.LineAsync(Connected());
        var port = $"{first.Address.Port}";
        await first.DisposeAsync();
        await client.LineAsync(Reconnecting());
        await using var second = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Port", port));

        await HoldAsync(client);
    }

    private static async Task HoldAsync(RunningEmulation emulation, string name, string transport)
    {
        await using var client = Start(emulation, name, transport);
        await HoldAsync(client);
    }

    private static async Task HoldAsync(ChildProcess client)
    {
        var code = await client.ExitAsync(TimeSpan.FromMinutes(2));
        Assert.True(code == 0 && client.Output.Contains("held"), $"It ended with {code}:\n{string.Join('\n', client.Output)}");
    }

    private static ChildProcess Start(RunningEmulation emulation, string name, string transport) => ChildProcess.Start(
        "node", ["tests/Relay.FunctionalTests/Peers/signalr-client.mjs", name, emulation.Address.OriginalString.TrimEnd('/'), transport]);

    [GeneratedRegex("^connected$")]
    private static partial Regex Connected();

    [GeneratedRegex("^reconnecting$")]
    private static partial Regex Reconnecting();
}
