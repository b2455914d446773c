using System.Net;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Who may call, and who may connect.</summary>
public sealed class TokenTests
{
    private const string Send = "/api/hubs/chat/:send";
    private const string Message = """{"target":"t"}""";

    [Fact]
    public async Task Health_needs_no_token()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await emulation.CallAsAsync(null, "HEAD", $"/api/health?{RunningEmulation.Version}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await emulation.CallAsAsync(null, "GET", $"/api/health?{RunningEmulation.Version}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await emulation.CallAsAsync(null, "HEAD", "/api/v1/health")).Status);
    }

    [Theory]
    [InlineData("http://localhost:8888/api/hubs/chat/:send")]
    [InlineData("http://localhost/api/hubs/chat/:send")]
    [InlineData("http://localhost/api/hubs/chat/:send?api-version=2022-06-01")]
    [InlineData("http://127.0.0.1:1/api/hubs/Chat/%3Asend")]
    public async Task An_audience_may_be_written_in_many_ways(string audience)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(ServiceTokens.Sign(audience), "POST", $"{Send}?{RunningEmulation.Version}", Message);

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
    }

    [Fact]
    public async Task The_first_dialect_takes_the_address_without_its_query()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(
            ServiceTokens.Sign("http://localhost/api/v1/hubs/chat"), "POST", "/api/v1/hubs/chat?excluded=a", Message);

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
    }

    [Fact]
    public async Task HS512_is_taken_too()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(
            ServiceTokens.Sign($"http://localhost{Send}", algorithm: "HS512"), "POST", $"{Send}?{RunningEmulation.Version}", Message);

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
    }

    public static TheoryData<string, string?> Bad => new()
    {
        { "none", null },
        { "of another host", ServiceTokens.Sign("http://example.com/api/hubs/chat/:send") },
        { "of another hub", ServiceTokens.Sign("http://localhost/api/hubs/other/:send") },
        { "of another path", ServiceTokens.Sign("http://localhost/api/hubs/chat") },
        { "of a client", ServiceTokens.Sign("http://localhost/client/?hub=chat") },
        { "of no scheme", ServiceTokens.Sign("chat") },
        { "of another key", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", key: "another key") },
        { "over", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", expires: DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds()) },
        { "without an end", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", new { exp = (string?)null }) },
        { "not signed", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", algorithm: "none") },
        { "of another algorithm", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", algorithm: "HS384") },
        { "too long", ServiceTokens.Sign("http://localhost/api/hubs/chat/:send", new { more = new string('x', 4096) }) },
        { "no JWT", "a.b" },
        { "no base64", "?.?.?" },
        { "no JSON", "bm8.bm8.bm8" },
        { "no object", "W10.W10.W10" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_token_that_is_not_good_for_the_call_is_refused(string what, string? token)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(token, "POST", $"{Send}?{RunningEmulation.Version}", Message);

        Assert.True(reply.Status == HttpStatusCode.Unauthorized, what);
        Assert.Equal("Unauthorized", reply.Code);
        Assert.Equal("Unauthorized", reply.Json.GetProperty("code").GetString());
        Assert.DoesNotContain(emulation.Log.Lines, line => token is not null && line.Text.Contains(token, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> BadOfClients => new()
    {
        { "of another hub", ServiceTokens.Sign("http://localhost/client/?hub=other") },
        { "of another key", ServiceTokens.Sign("http://localhost/client/?hub=chat", key: "another key") },
        { "over", ServiceTokens.Sign("http://localhost/client/?hub=chat", expires: DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds()) },
        { "not signed", ServiceTokens.Sign("http://localhost/client/?hub=chat", algorithm: "none") },
        { "malformed", "a.b" },
    };

    [Theory]
    [MemberData(nameof(BadOfClients))]
    public async Task A_client_whose_token_is_not_good_comes_in_nowhere_and_the_others_stay(string what, string token)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat");

        var negotiated = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat&negotiateVersion=1");
        var polled = await emulation.CallAsAsync(token, "GET", "/client/?hub=chat&id=x");
        var opened = await RawClient.SendAsync(emulation.Address, RawClient.Handshake("/client/?hub=chat", $"Authorization: Bearer {token}"));
        var asPage = await RawClient.SendAsync(emulation.Address, RawClient.Handshake($"/client/?hub=chat&access_token={token}"));
        await emulation.SendAsync("chat", "all");

        Assert.True((401, 401, 401, 401) == ((int)negotiated.Status, (int)polled.Status, opened.Status, asPage.Status), what);
        Assert.Equal("all", await other.TargetAsync());
        Assert.DoesNotContain(emulation.Log.Lines, line => line.Id.Name == "SignalRConnected" && !line.Text.Contains(other.Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?hub=chat", null, 401)]
    [InlineData("?hub=chat", "http://localhost/client/?hub=other", 401)]
    [InlineData("?hub=chat", "http://example.com/client/?hub=chat", 401)]
    [InlineData("?hub=chat", "http://localhost/api/?hub=chat", 401)]
    [InlineData("?hub=chat&hub=chat", "http://localhost/client/?hub=chat", 400)]
    [InlineData("?hub=1bad", "http://localhost/client/?hub=1bad", 400)]
    [InlineData("", "http://localhost/client/?hub=chat", 400)]
    [InlineData("?hub=chat", "http://localhost/client/?hub=chat", 200)]
    [InlineData("?hub=Chat", "http://localhost:8888/client?hub=chat", 200)]
    [InlineData("?hub=chat", "http://localhost/client/?hub=chat&asrs.op=%2Fchat", 200)]
    public async Task A_client_negotiates_with_a_token_of_its_hub(string query, string? audience, int status)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(audience is null ? null : ServiceTokens.Sign(audience), "POST", $"/client/negotiate{query}");

        Assert.Equal(status, (int)reply.Status);
    }

    [Fact]
    public async Task What_is_negotiated_names_the_transports_and_two_different_ids()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsAsync(
            ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/negotiate?hub=chat&negotiateVersion=1");

        var id = reply.Json.GetProperty("connectionId").GetString()!;
        var connectionToken = reply.Json.GetProperty("connectionToken").GetString()!;
        Assert.Equal((22, 22, 1), (id.Length, connectionToken.Length, reply.Json.GetProperty("negotiateVersion").GetInt32()));
        Assert.NotEqual(id, connectionToken);
        Assert.Equal(
            """[{"transport":"WebSockets","transferFormats":["Text","Binary"]},{"transport":"ServerSentEvents","transferFormats":["Text"]},{"transport":"LongPolling","transferFormats":["Text","Binary"]}]""",
            reply.Json.GetProperty("availableTransports").GetRawText());
    }
}
