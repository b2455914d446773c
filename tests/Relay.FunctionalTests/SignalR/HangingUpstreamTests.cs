using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Webhooks that hang: what they keep waiting, and what they do not.</summary>
public sealed class HangingUpstreamTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Webhook _webhook = null!;

    public async Task InitializeAsync() => _webhook = await Webhook.StartAsync();

    public Task DisposeAsync() => _webhook.DisposeAsync().AsTask();

    [Fact]
    public async Task What_was_refused_while_100_waited_does_not_count_afterwards()
    {
        _webhook.Answers["ask"] = HangAsync;
        await using var emulation = await StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        await client.SendAsync([.. Enumerable.Repeat(Ask("", null), 100)]);
        for (var i = 0; i < 6; i++)
        {
            await client.SendAsync(Ask(new string('x', 900 * 1000), "refused"));
            Assert.Equal("Too many invocations wait for their turn.", await ErrorAsync(client));
        }

        _released.SetResult();
        for (var i = 0; i < 101; i++)
        {
            await _webhook.NextAsync();
        }

        _webhook.Answers["hang"] = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync(Ask(new string('x', 900 * 1000), $"{i}", "hang"));
        }

        var refused = (await client.ReadAsync())!.Value;
        Assert.Equal(("4", "Too many invocations wait for their turn."), (refused.GetProperty("invocationId").GetString(), refused.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_connection_that_has_ended_gives_its_socket_and_its_place_back_though_one_hangs()
    {
        _webhook.Answers["ask"] = HangAsync;
        _webhook.Answers["disconnected"] = HangAsync;
        await using var emulation = await StartAsync(new ManualTime(), ("Relay:SignalR:Limits", "Free"));
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HubSocket.OpenAsync(emulation, "chat")));
        await Task.WhenAll(clients.Select(client => client.SendAsync(Ask("", null))));

        await emulation.CallAsync("POST", $"/api/hubs/chat/:closeConnections?{RunningEmulation.Version}&reason=bye");
        var reasons = await Task.WhenAll(clients.Select(client => client.CloseAsync()));
        var admitted = HttpStatusCode.TooManyRequests;
        for (var i = 0; i < 1000 && admitted != HttpStatusCode.OK; i++)
        {
            admitted = (await emulation.CallAsAsync(ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/negotiate?hub=chat")).Status;
        }

        _released.SetResult();
        Assert.All(reasons, reason => Assert.Equal("bye", reason));
        Assert.Equal(HttpStatusCode.OK, admitted);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task It_is_told_of_an_end_before_the_emulation_stops()
    {
        _webhook.Answers["disconnected"] = HangAsync;
        await using var emulation = await StartAsync(new ManualTime());
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        await _webhook.NextAsync();
        await emulation.CallAsync("DELETE", $"/api/v1/hubs/chat/connections/{client.Id}?reason=bye");
        await client.CloseAsync();
        var told = await _webhook.NextAsync();

        var stopping = emulation.StopAsync();
        _released.SetResult();
        await stopping.Soon();

        Assert.Equal("""{"type":11,"error":"bye"}""", told.Body);
        Assert.DoesNotContain(emulation.Log.Lines, line => line.Id.Name == "UpstreamAway");
    }

    [Fact]
    public async Task The_end_of_the_emulation_waits_2_seconds_for_it_and_no_longer()
    {
        _webhook.Answers["disconnected"] = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var emulation = await StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        await _webhook.NextAsync();
        await emulation.CallAsync("DELETE", $"/api/v1/hubs/chat/connections/{client.Id}");
        await client.CloseAsync();
        await _webhook.NextAsync();

        await emulation.StopAsync();

        Assert.Contains(emulation.Log.Lines, line => line.Id.Name == "UpstreamAway");
    }

    [Theory]
    [InlineData("{0}{{event}}/", "..")]
    [InlineData("{0}hook/{{event}}", ".")]
    [InlineData("http://{{event}}.localhost/", "a b")]
    public async Task A_name_that_makes_no_address_fails_the_invocation_at_once(string template, string target)
    {
        await using var emulation = await RunningEmulation.StartAsync(
            null,
            ("Relay:SignalR:Upstream:0:UrlTemplate", string.Format(null, template, _webhook.Address)),
            ("Relay:SignalR:Upstream:0:CategoryPattern", "messages"));
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Ask("", "1", target));

        Assert.Equal($"No upstream takes '{target}'.", await ErrorAsync(client));
        Assert.True(_webhook.IsQuiet);
    }

    [Fact]
    public async Task An_address_without_a_place_for_the_name_takes_any()
    {
        await using var emulation = await StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Ask("", "1", ".."));

        Assert.Equal("""{"type":3,"invocationId":"1"}""", (await client.ReadAsync())!.Value.GetRawText());
    }

    private static string Ask(string text, string? id, string target = "ask") =>
        $$"""{"type":1,{{(id is null ? "" : $"\"invocationId\":\"{id}\",")}}"target":"{{target}}","arguments":["{{text}}"]}""";

    private static async Task<string?> ErrorAsync(HubSocket client) => (await client.ReadAsync())!.Value.GetProperty("error").GetString();

    private Task HangAsync(HttpContext http) => _released.Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private Task<RunningEmulation> StartAsync(TimeProvider? time = null, params (string, string)[] settings) =>
        RunningEmulation.StartAsync(time, [("Relay:SignalR:Upstream:0:UrlTemplate", $"{_webhook.Address}hook"), .. settings]);
}
