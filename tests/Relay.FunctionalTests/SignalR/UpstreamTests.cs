using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Webhooks: what they are told, and what clients hear of their answers.</summary>
public sealed class UpstreamTests : IAsyncLifetime
{
    private const string Invocation = """{"type":1,"invocationId":"7","target":"ask","arguments":[1,"ü"]}""";
    private Webhook _webhook = null!;

    public async Task InitializeAsync() => _webhook = await Webhook.StartAsync();

    public Task DisposeAsync() => _webhook.DisposeAsync().AsTask();

    [Fact]
    public async Task It_is_told_who_connects_says_what_and_leaves()
    {
        await using var emulation = await StartAsync("/hook?code=c");
        using var client = await HubSocket.OpenAsync(emulation, "Chat", new { nameid = "ann\nü", role = new[] { "a", "b" } });
        var connected = await _webhook.NextAsync();
        await client.SendAsync("""{"type":1,"target":"say","arguments":[]}""", Invocation);
        var (said, asked) = (await _webhook.NextAsync(), await _webhook.NextAsync());
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        var left = await _webhook.NextAsync();

        Assert.Equal(
            [("connections", "connected"), ("messages", "say"), ("messages", "ask"), ("connections", "disconnected")],
            new[] { connected, said, asked, left }.Select(call => (call.Headers["X-ASRS-Category"], call.Event)));
        Assert.Equal(
            ["""{"type":10}""", """{"type":1,"target":"say","arguments":[]}""", Invocation, """{"type":11}"""],
            new[] { connected, said, asked, left }.Select(call => call.Body));
        Assert.All([connected, said, asked, left], call =>
        {
            Assert.Equal(("/hook?code=c", "application/json"), (call.Target, call.Headers["Content-Type"]));
            Assert.Equal((client.Id, "chat"), (call.Headers["X-ASRS-Connection-Id"], call.Headers["X-ASRS-Hub"]));
            Assert.Equal("ann%0A\u00fc", call.Headers["X-ASRS-User-Id"]);
            Assert.Contains("role: a, role: b", call.Headers["X-ASRS-User-Claims"], StringComparison.Ordinal);
            Assert.StartsWith("?hub=Chat&id=", call.Headers["X-ASRS-Client-Query"], StringComparison.Ordinal);
            Assert.Equal(
                "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ServiceTokens.Key), Encoding.UTF8.GetBytes(client.Id))),
                call.Headers["X-ASRS-Signature"]);
        });
    }

    [Fact]
    public async Task Of_a_connection_that_was_closed_it_is_told_once_and_why()
    {
        await using var emulation = await StartAsync("/");
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        var connected = await _webhook.NextAsync();

        await emulation.CallAsync("DELETE", $"/api/v1/hubs/chat/connections/{client.Id}?reason=bye");
        await client.CloseAsync();

        Assert.DoesNotContain("X-ASRS-User-Id", connected.Headers.Keys);
        Assert.Equal("""{"type":11,"error":"bye"}""", (await _webhook.NextAsync()).Body);
        await emulation.StopAsync();
        Assert.True(_webhook.IsQuiet);
    }

    public static TheoryData<int, string, string> Answered => new()
    {
        { 200, "{\"type\":3,\"invocationId\":\"7\",\"result\":{\"a\":1.50}}\u001e", """{"type":3,"invocationId":"7","result":{"a":1.50}}""" },
        { 200, "{\"type\":3,\"invocationId\":\"7\",\"error\":\"no\"}\u001e", """{"type":3,"invocationId":"7","error":"no"}""" },
        { 200, """{"type":3,"invocationId":"7"}""", """{"type":3,"invocationId":"7"}""" },
        { 200, "", """{"type":3,"invocationId":"7"}""" },
        { 204, "", """{"type":3,"invocationId":"7"}""" },
        { 500, "oops", """{"type":3,"invocationId":"7","error":"Invocation failed, status code 500"}""" },
        { 302, "", """{"type":3,"invocationId":"7","error":"Invocation failed, status code 302"}""" },
    };

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task What_it_answers_is_the_clients_answer(int status, string body, string told)
    {
        _webhook.Answers["ask"] = AnswerAsync(status, body);
        await using var emulation = await StartAsync("/");
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Invocation);

        Assert.Equal(told, (await client.ReadAsync())!.Value.GetRawText());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":1,"target":"forged","arguments":[]}""")]
    [InlineData("""{"type":3,"invocationId":"8","result":1}""")]
    [InlineData("""{"type":3,"invocationId":"7","result":1,"error":"both"}""")]
    [InlineData("{\"type\":3,\"invocationId\":\"7\"}\u001e{\"type\":1,\"target\":\"forged\",\"arguments\":[]}\u001e")]
    public async Task Nonsense_is_an_error_of_the_invocation_and_nothing_else(string body)
    {
        _webhook.Answers["ask"] = AnswerAsync(200, body);
        await using var emulation = await StartAsync("/");
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Invocation);

        var error = (await client.ReadAsync())!.Value;
        await emulation.SendAsync("chat", "next");
        Assert.Equal("Invocation failed, the upstream's answer is no completion of it.", error.GetProperty("error").GetString());
        Assert.Equal("next", await client.TargetAsync());
    }

    [Fact]
    public async Task One_that_hangs_is_given_up_and_holds_up_nobody_else()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _webhook.Answers["ask"] = async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var emulation = await StartAsync("/", time);
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        await client.SendAsync(Invocation);
        await asked.Task.Soon();

        await other.SendAsync("""{"type":1,"invocationId":"1","target":"quick","arguments":[]}""");
        var quick = await other.ReadAsync();
        await emulation.SendAsync("chat", "meanwhile");
        var meanwhile = await client.TargetAsync();
        time.Advance(TimeSpan.FromSeconds(30));
        var slow = await client.ReadAsync();

        Assert.Equal("""{"type":3,"invocationId":"1"}""", quick!.Value.GetRawText());
        Assert.Equal("meanwhile", meanwhile);
        Assert.Equal("Invocation failed, the upstream did not answer in time", slow!.Value.GetProperty("error").GetString());
    }

    [Fact]
    public async Task While_one_hangs_no_more_than_100_invocations_of_a_connection_wait()
    {
        _webhook.Answers["ask"] = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var emulation = await StartAsync("/", null, ("Relay:SignalR:UpstreamTimeout", "00:00:01"));
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync([.. Enumerable.Repeat("""{"type":1,"target":"ask","arguments":[]}""", 100), Invocation]);

        Assert.Equal("Too many invocations wait for their turn.", (await client.ReadAsync())!.Value.GetProperty("error").GetString());
    }

    [Fact]
    public async Task One_that_is_away_fails_the_invocation()
    {
        await using var emulation = await StartAsync("/");
        await _webhook.DisposeAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Invocation);

        Assert.Equal("Invocation failed, status code 500", (await client.ReadAsync())!.Value.GetProperty("error").GetString());
        _webhook = await Webhook.StartAsync();
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 17000000\r\n\r\nendless")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n")]
    public async Task One_that_does_not_keep_to_HTTP_fails_the_invocation_and_nothing_else(string answer)
    {
        await using var nonsense = RawServer.Answering(answer);
        await using var emulation = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Upstream:0:UrlTemplate", nonsense.Address.ToString()));
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(Invocation);

        Assert.Equal("Invocation failed, status code 500", (await client.ReadAsync())!.Value.GetProperty("error").GetString());
        await emulation.SendAsync("chat", "next");
        Assert.Equal("next", await client.TargetAsync());
    }

    [Fact]
    public async Task The_first_template_that_matches_is_told_and_names_are_percent_encoded()
    {
        await using var emulation = await RunningEmulation.StartAsync(
            null,
            ("Relay:SignalR:Upstream:0:UrlTemplate", $"{_webhook.Address}first/{{hub}}/{{category}}/{{event}}"),
            ("Relay:SignalR:Upstream:0:HubPattern", "other, chat[1]"),
            ("Relay:SignalR:Upstream:0:CategoryPattern", "messages"),
            ("Relay:SignalR:Upstream:0:EventPattern", "a/b ü,c"),
            ("Relay:SignalR:Upstream:1:UrlTemplate", $"{_webhook.Address}second"),
            ("Relay:SignalR:Upstream:1:CategoryPattern", "messages"),
            ("Relay:SignalR:Upstream:1:HubPattern", "chat[1]"));
        using var client = await HubSocket.OpenAsync(emulation, "chat[1]");
        using var third = await HubSocket.OpenAsync(emulation, "third");

        await client.SendAsync("""{"type":1,"target":"a/b ü","arguments":[]}""", """{"type":1,"target":"C","arguments":[]}""");
        await third.SendAsync("""{"type":1,"target":"dropped","arguments":[]}""", Invocation);

        Assert.Equal("/first/chat%5B1%5D/messages/a%2Fb%20%C3%BC", (await _webhook.NextAsync()).Target);
        Assert.Equal("/second", (await _webhook.NextAsync()).Target);
        Assert.Equal("No upstream takes 'ask'.", (await third.ReadAsync())!.Value.GetProperty("error").GetString());
        Assert.True(_webhook.IsQuiet);
    }

    [Theory]
    [InlineData("localhost/hook")]
    [InlineData("ftp://localhost/{hub}")]
    [InlineData("")]
    public async Task An_address_that_is_none_stops_the_start(string url)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => RunningEmulation.StartAsync(null, ("Relay:SignalR:Upstream:0:UrlTemplate", url)));

        Assert.Contains("Relay:SignalR:Upstream:0:UrlTemplate is no address", error.Message, StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> AnswerAsync(int status, string body) => http =>
    {
        http.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : http.Response.WriteAsync(body);
    };

    private Task<RunningEmulation> StartAsync(string path, TimeProvider? time = null, params (string, string)[] settings) =>
        RunningEmulation.StartAsync(time, [("Relay:SignalR:Upstream:0:UrlTemplate", new Uri(_webhook.Address, path).ToString()), .. settings]);
}
