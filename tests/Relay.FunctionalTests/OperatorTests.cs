using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What operators see of open sessions on the management port, and do with them.</summary>
public sealed class OperatorTests : GatewayTests
{
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Open_sessions_are_listed_with_what_they_have_carried_and_no_credential()
    {
        await using var relay = await StartRelayAsync();
        using var staging = await OpenAsync(relay, $"/staging/echo/a/room?user_key={Keys.Good}");
        using var production = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        await staging.SendTextAsync("four");
        await staging.ReceiveTextAsync();

        var all = await GetAsync(relay, "/sessions");
        var filtered = await GetAsync(relay, "/sessions?product=echo&environment=staging&application=app-1&backend=echo-backend");
        var none = await GetAsync(relay, "/sessions?product=another");

        Assert.Equal((2, 2), (all.GetProperty("open").GetInt32(), all.GetProperty("sessions").GetArrayLength()));
        var one = Assert.Single(filtered.GetProperty("sessions").EnumerateArray());
        Assert.Equal("/staging/echo/a/room", one.GetProperty("path").GetString());
        Assert.Equal("127.0.0.1", one.GetProperty("client").GetString());
        Assert.Equal((1, 4), (one.GetProperty("messages_in").GetInt32(), one.GetProperty("bytes_in").GetInt32()));
        Assert.Equal((2, 33), (one.GetProperty("messages_out").GetInt32(), one.GetProperty("bytes_out").GetInt32()));
        Assert.Equal(0, none.GetProperty("sessions").GetArrayLength());
        Assert.DoesNotContain(Keys.Good, all.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_comes_page_by_page()
    {
        await using var relay = await StartRelayAsync();
        var sockets = new List<ClientWebSocket>();
        for (var i = 0; i < 101; i++)
        {
            sockets.Add(await OpenAsync(relay, $"/echo?user_key={Keys.Good}"));
        }

        var first = await GetAsync(relay, "/sessions");
        var second = await GetAsync(relay, $"/sessions?after={first.GetProperty("after").GetString()}");

        var ids = first.GetProperty("sessions").EnumerateArray().Concat(second.GetProperty("sessions").EnumerateArray())
            .Select(session => session.GetProperty("id").GetString()).ToList();
        Assert.Equal((100, 1), (first.GetProperty("sessions").GetArrayLength(), second.GetProperty("sessions").GetArrayLength()));
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.False(second.TryGetProperty("after", out _));
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task One_session_is_closed_by_its_id_and_the_others_stay()
    {
        await using var relay = await StartRelayAsync();
        using var socket = await OpenAsync(relay, $"/staging/echo?user_key={Keys.Good}");
        using var other = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        var id = (await GetAsync(relay, "/sessions?environment=staging")).GetProperty("sessions")[0].GetProperty("id").GetString();

        var (status, _) = await SendAsync(relay, HttpMethod.Delete, $"/sessions/{id}");
        var closed = await CloseAsync(socket);
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "Closed"));
        var (again, _) = await SendAsync(relay, HttpMethod.Delete, $"/sessions/{id}");

        Assert.Equal((204, 404), (status, again));
        Assert.Equal("1008 closed by an operator", closed);
        Assert.Contains(
            relay.Log.Lines, line => line.Id.Name == "Closed" && line.Text.Contains($"session={id} ", StringComparison.Ordinal)
                && line.Text.Contains("end=closed_by_operator ", StringComparison.Ordinal)
                && line.Text.Contains("actor=operator ", StringComparison.Ordinal));
        await other.SendTextAsync("still here");
        Assert.Equal("reply from server : still here", await other.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_message_reaches_the_clients_that_are_meant_and_is_nobodys_use()
    {
        await using var relay = await StartRelayAsync();
        using var staging = await OpenAsync(relay, $"/staging/echo?user_key={Keys.Good}");
        using var production = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        var text = $"Back in 5 minutes; so long, {new string('ä', 200)}";

        var (status, answer) = await SendAsync(relay, HttpMethod.Post, "/messages?product=echo&environment=staging", text);

        Assert.Equal((202, 1, 1), (status, Number(answer, "sessions"), Number(answer, "sending")));
        Assert.Equal(text, await staging.ReceiveTextAsync());
        await production.SendTextAsync("hi");
        Assert.Equal("reply from server : hi", await production.ReceiveTextAsync());
        var one = (await GetAsync(relay, "/sessions?environment=staging")).GetProperty("sessions")[0];
        Assert.Equal(1, Number(one, "messages_out"));
    }

    [Theory]
    [InlineData("/messages", 1, "invalid_query")]
    [InlineData("/messages?product=echo", 0, "invalid_message")]
    [InlineData("/messages?product=echo", (16 * 1024) + 1, "invalid_message")]
    public async Task A_message_that_cannot_be_meant_is_refused(string path, int length, string code)
    {
        await using var relay = await StartRelayAsync();

        var (status, problem) = await SendAsync(relay, HttpMethod.Post, path, new string('a', length));

        Assert.Equal((400, code), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_drain_of_one_product_closes_its_sessions_and_lets_new_ones_in()
    {
        Promote(Snapshots.Echo(Server.Address) with { Product = "other" });
        await using var relay = await StartRelayAsync();
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Id.Name == "Serving") == 4);
        using var one = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        using var two = await OpenAsync(relay, $"/staging/echo?user_key={Keys.Good}");
        using var other = await OpenAsync(relay, $"/other?user_key={Keys.Good}");

        var (status, begun) = await SendAsync(relay, HttpMethod.Post, "/drain?product=echo&spread_seconds=0");
        var closed = new[] { await CloseAsync(one), await CloseAsync(two) };
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "OperatorDrained"));
        var progress = (await GetAsync(relay, "/drain")).GetProperty("drains")[0];
        using var anew = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        await other.SendTextAsync("hi");

        Assert.Equal((202, 2), (status, begun.GetProperty("sessions").GetInt32()));
        Assert.Equal(["1012 drained by an operator", "1012 drained by an operator"], closed);
        Assert.Equal("echo", progress.GetProperty("product").GetString());
        Assert.Equal((2, 2, 0), (Number(progress, "sessions"), Number(progress, "asked"), Number(progress, "left")));
        Assert.Equal("reply from server : hi", await other.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_drain_of_a_backend_is_spread_over_the_time_that_is_asked_for()
    {
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, time);
        using var one = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");
        using var two = await OpenAsync(relay, $"/echo?user_key={Keys.Good}");

        var (_, begun) = await SendAsync(relay, HttpMethod.Post, "/drain?backend=echo-backend&spread_seconds=60");
        var closing = new[] { CloseAsync(one), CloseAsync(two) };
        await await Task.WhenAny(closing).Soon();
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "Closed"));
        var half = (await GetAsync(relay, "/drain")).GetProperty("drains")[0];
        time.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(closing).Soon();

        Assert.Equal((60, 1), (Number(begun, "spread_seconds"), Number(begun, "asked")));
        Assert.Equal((2, 1, 1), (Number(half, "sessions"), Number(half, "asked"), Number(half, "left")));
    }

    [Theory]
    [InlineData("/drain", "/product required")]
    [InlineData("/drain?environment=staging", "/product required")]
    [InlineData("/drain?product=echo&key=1", "/key unknown_parameter")]
    [InlineData("/drain?product=", "/product invalid_value", "/product required")]
    [InlineData("/drain?product=a&product=b", "/product invalid_value", "/product required")]
    [InlineData("/drain?product=echo&spread_seconds=-1", "/spread_seconds out_of_range")]
    [InlineData("/drain?product=echo&spread_seconds=3600.5", "/spread_seconds out_of_range")]
    [InlineData("/drain?spread_seconds=NaN&who=me", "/who unknown_parameter", "/spread_seconds out_of_range", "/product required")]
    public async Task A_drain_that_cannot_be_meant_is_refused_with_everything_that_is_wrong(string path, params string[] errors)
    {
        await using var relay = await StartRelayAsync();

        var (status, problem) = await SendAsync(relay, HttpMethod.Post, path);

        Assert.Equal((400, "invalid_query"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(errors, problem.GetProperty("errors").EnumerateArray()
            .Select(error => $"{error.GetProperty("pointer").GetString()} {error.GetProperty("code").GetString()}"));
    }

    [Theory]
    [InlineData("GET", "/sessions?after=1", 400)]
    [InlineData("GET", "/sessions?user=1", 400)]
    [InlineData("POST", "/sessions", 405)]
    [InlineData("GET", "/sessions/0123456789abcdef", 405)]
    [InlineData("DELETE", "/sessions/0123456789abcdef", 404)]
    [InlineData("DELETE", "/sessions/all", 404)]
    [InlineData("DELETE", "/drain", 405)]
    [InlineData("GET", "/messages?product=echo", 405)]
    [InlineData("POST", "/messages/all", 404)]
    [InlineData("GET", "/drain/echo", 404)]
    public async Task What_is_no_call_is_refused(string method, string path, int status)
    {
        await using var relay = await StartRelayAsync();

        Assert.Equal(status, (await SendAsync(relay, new HttpMethod(method), path)).Status);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example.com", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "none", 202)]
    public async Task A_web_page_in_the_operators_browser_cannot_drain(string header, string value, int status)
    {
        await using var relay = await StartRelayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(relay.Management, "/drain?product=echo"));
        request.Headers.Add(header, value);

        using var answer = await _http.SendAsync(request).Soon();

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/drain")]
    [InlineData("/messages")]
    public async Task The_public_port_has_none_of_it(string path)
    {
        await using var relay = await StartRelayAsync();

        using var answer = await _http.GetAsync(new Uri(relay.Address, path)).Soon();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<ClientWebSocket> OpenAsync(RunningRelay relay, string target)
    {
        var socket = await relay.ConnectAsync(target);
        await socket.ReceiveTextAsync();
        return socket;
    }

    /// <summary>What the gateway closes with; answered.</summary>
    private static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var received = await socket.ReceiveAsync(new byte[256].AsMemory(), CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        return $"{(int)socket.CloseStatus!} {socket.CloseStatusDescription}";
    }

    private static int Number(JsonElement answer, string member) => (int)answer.GetProperty(member).GetDouble();

    private async Task<JsonElement> GetAsync(RunningRelay relay, string path)
    {
        var (status, body) = await SendAsync(relay, HttpMethod.Get, path);
        Assert.Equal(200, status);
        return body;
    }

    private async Task<(int Status, JsonElement Body)> SendAsync(RunningRelay relay, HttpMethod method, string path, string? text = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(relay.Management, path));
        request.Content = text is null ? null : new StringContent(text);
        using var answer = await _http.SendAsync(request).Soon();
        var body = await answer.Content.ReadAsStringAsync().Soon();
        return ((int)answer.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body));
    }
}
