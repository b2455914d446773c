using System.Text.Json;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>The service as <c>curl</c> finds it, as whoever writes a script does.</summary>
public sealed class CurlTests : IAsyncLifetime
{
    private const string V = RunningEmulation.Version;
    private const string Message = """{"target":"told","arguments":[1]}""";
    private const string Negotiate = "/client/negotiate?hub=chat&negotiateVersion=1";
    private RunningEmulation _emulation = null!;

    public async Task InitializeAsync() => _emulation = await RunningEmulation.StartAsync();

    public async Task DisposeAsync() => await _emulation.DisposeAsync();

    [Fact]
    public async Task Calls_are_told_apart_by_their_tokens()
    {
        const string path = $"/api/hubs/chat/:send?{V}";
        string[] good = ["http://localhost:8888/api/hubs/chat/:send", "http://localhost/api/hubs/chat/:send", $"http://localhost{path}"];
        string[] bad = ["http://example.com/api/hubs/chat/:send", "http://localhost/api/hubs/other/:send", "http://localhost/api/hubs/chat"];

        Assert.Equal(200, (await CurlAsync("HEAD", $"/api/health?{V}", body: null, token: null)).Status);
        Assert.Equal(401, (await CurlAsync("POST", path, Message, token: null)).Status);
        Assert.Equal(401, (await CurlAsync("POST", path, Message, ServiceTokens.Sign(good[0], key: "another"))).Status);
        Assert.Equal(401, (await CurlAsync("POST", path, Message, ServiceTokens.Sign(good[0], expires: 1))).Status);
        Assert.Equal(202, (await CurlAsync("POST", "/api/v1/hubs/chat?excluded=a", Message, ServiceTokens.Sign("http://localhost/api/v1/hubs/chat"))).Status);
        foreach (var audience in good.Concat(bad))
        {
            var answer = await CurlAsync("POST", path, Message, ServiceTokens.Sign(audience));
            Assert.True(answer.Status == (good.Contains(audience) ? 202 : 401), audience);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/users/ann", "/users/ann")]
    [InlineData("/groups/g", "/groups/g")]
    [InlineData("/connections/{id}", "/connections/{id}")]
    public async Task A_message_reaches_whom_it_is_for(string whom, string first)
    {
        using var client = await HubSocket.OpenAsync(_emulation, "chat", new { nameid = "ann" });
        await CurlAsync("PUT", $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}");

        var sent = await CurlAsync("POST", $"/api/hubs/chat{whom}/:send?{V}".Replace("{id}", client.Id, StringComparison.Ordinal), """{"Target":"told","Arguments":["ü"]}""");
        var twin = await CurlAsync("POST", $"/api/v1/hubs/chat{first}".Replace("{id}", client.Id, StringComparison.Ordinal), """{"target":"too"}""");

        Assert.Equal((202, 202), (sent.Status, twin.Status));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"type":1,"target":"told","arguments":["ü"]}"""), (await client.ReadAsync())!.Value));
        Assert.Equal("too", await client.TargetAsync());
    }

    [Theory]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "{}")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "")]
    [InlineData("/api/hubs/1bad/:send?api-version=2022-06-01", Message)]
    [InlineData("/api/hubs/chat/groups/%20/:send?api-version=2022-06-01", Message)]
    public async Task A_message_that_is_wrong_is_refused(string path, string body)
    {
        var answer = await CurlAsync("POST", path, body);

        var error = JsonElement.Parse(answer.Body);
        Assert.Equal((400, "InvalidArgument"), (answer.Status, error.GetProperty("code").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("/connections/{id}", "Warning.Connection.NotExisted")]
    [InlineData("/users/ann", "Warning.User.NotExisted")]
    [InlineData("/groups/g", "Warning.Group.NotExisted")]
    [InlineData("/users/ann/groups/g", "Info.User.NotInGroup")]
    public async Task What_is_there_is_found_and_what_is_not_has_a_code(string what, string code)
    {
        var missing = await CurlAsync("HEAD", $"/api/hubs/chat{what}?{V}".Replace("{id}", "nobody", StringComparison.Ordinal));
        using var client = await HubSocket.OpenAsync(_emulation, "chat", new { nameid = "ann" });
        await CurlAsync("PUT", $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}");
        var there = await CurlAsync("HEAD", $"/api/hubs/chat{what}?{V}".Replace("{id}", client.Id, StringComparison.Ordinal));
        var got = await CurlAsync("GET", $"/api/v1/hubs/chat{what}".Replace("{id}", client.Id, StringComparison.Ordinal));

        Assert.Equal((404, code, ""), (missing.Status, missing.Header("x-ms-error-code"), missing.Body));
        Assert.Equal((200, null, ""), (there.Status, there.Header("x-ms-error-code"), there.Body));
        Assert.Equal(200, got.Status);
    }

    [Fact]
    public async Task Groups_are_joined_kept_for_later_connections_and_left()
    {
        using var client = await HubSocket.OpenAsync(_emulation, "chat", new { nameid = "ann" });
        var own = $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}";

        Assert.Equal((200, 200), ((await CurlAsync("PUT", own)).Status, (await CurlAsync("PUT", own)).Status));
        var unknown = await CurlAsync("PUT", $"/api/hubs/chat/groups/g/connections/nobody?{V}");
        Assert.Equal((404, "Error.Connection.NotExisted"), (unknown.Status, unknown.Header("x-ms-error-code")));

        Assert.Equal(200, (await CurlAsync("PUT", $"/api/hubs/chat/users/ann/groups/lasting?{V}")).Status);
        Assert.Equal(200, (await CurlAsync("PUT", $"/api/hubs/chat/users/ann/groups/brief?{V}&ttl=1")).Status);
        using var later = await HubSocket.OpenAsync(_emulation, "chat", new { nameid = "ann" });
        await CurlAsync("POST", $"/api/hubs/chat/groups/lasting/:send?{V}", """{"target":"grouped"}""");
        Assert.Equal("grouped", await later.TargetAsync());
        await OverAsync($"/api/hubs/chat/users/ann/groups/brief?{V}");

        Assert.Equal(204, (await CurlAsync("DELETE", $"/api/hubs/chat/users/ann/groups?{V}")).Status);
        Assert.Equal(404, (await CurlAsync("HEAD", $"/api/hubs/chat/groups/lasting?{V}")).Status);
        await CurlAsync("PUT", own);
        Assert.Equal(200, (await CurlAsync("DELETE", $"/api/hubs/chat/connections/{client.Id}/groups?{V}")).Status);
        Assert.Equal(404, (await CurlAsync("HEAD", $"/api/hubs/chat/groups/g?{V}")).Status);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("two%20words", "two words")]
    [InlineData("%C3%A9", "é")]
    [InlineData("ann%40example.com", "ann@example.com")]
    public async Task Names_are_found_as_they_were_percent_encoded(string written, string name)
    {
        using var client = await HubSocket.OpenAsync(_emulation, "chat", new { nameid = name });

        Assert.Equal(200, (await CurlAsync("PUT", $"/api/hubs/chat/users/{written}/groups/{written}?{V}")).Status);
        Assert.Equal(200, (await CurlAsync("HEAD", $"/api/hubs/chat/users/{written}/groups/{written}?{V}")).Status);
        await CurlAsync("POST", $"/api/hubs/chat/groups/{written}/:send?{V}", """{"target":"grouped"}""");
        await CurlAsync("POST", $"/api/hubs/chat/users/{written}/:send?{V}", """{"target":"user's"}""");

        Assert.Equal(("grouped", "user's"), (await client.TargetAsync(), await client.TargetAsync()));
    }

    [Fact]
    public async Task A_client_negotiates()
    {
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
        var answer = await CurlAsync("POST", Negotiate, "", token);
        var negotiated = JsonElement.Parse(answer.Body);

        Assert.Equal((200, 1), (answer.Status, negotiated.GetProperty("negotiateVersion").GetInt32()));
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.NotEqual(negotiated.GetProperty("connectionId").GetString(), negotiated.GetProperty("connectionToken").GetString());
        Assert.Equal(3, negotiated.GetProperty("availableTransports").GetArrayLength());
        Assert.Equal(401, (await CurlAsync("POST", Negotiate, "", token: null)).Status);
        Assert.Equal(400, (await CurlAsync("POST", $"{Negotiate}&hub=chat", "", token)).Status);
        Assert.Equal(401, (await CurlAsync("POST", Negotiate, "", ServiceTokens.Sign("http://localhost/client/?hub=other"))).Status);
    }

    [Fact]
    public async Task A_body_of_more_than_1_MB_is_refused()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, new string(' ', 1024 * 1024) + "1");
        try
        {
            var answer = await CurlAsync("POST", $"/api/hubs/chat/:send?{V}", $"@{file}");

            Assert.Equal((413, "PayloadTooLarge"), (answer.Status, answer.Header("x-ms-error-code")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private Task<Answer> CurlAsync(string method, string path, string? body = null) =>
        CurlAsync(method, path, body, ServiceTokens.Sign($"http://localhost{path.Split('?')[0]}"));

    private async Task<Answer> CurlAsync(string method, string path, string? body, string? token)
    {
        string[] how = method == "HEAD" ? ["--head"] : ["--include", "--request", method];
        await using var curl = ChildProcess.Start(
            "curl",
            [
                "--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", .. how,
                .. token is null ? Array.Empty<string>() : ["--header", $"Authorization: Bearer {token}"],
                .. body is null ? Array.Empty<string>() : ["--header", "Content-Type: application/json", "--data-binary", body],
                new Uri(_emulation.Address, "/").OriginalString.TrimEnd('/') + path,
            ]);
        var code = await curl.ExitAsync();
        Assert.True(code == 0, $"curl ended with {code}:\n{string.Join('\n', curl.Output)}");

        // Before a large body it may be told to go on.
        var head = curl.Output.Select((line, i) => (line, i)).Last(line => line.line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)).i;
        var end = curl.Output.Skip(head).TakeWhile(line => line.Length > 0).Count() + head;
        return new Answer([.. curl.Output.Skip(head).Take(end - head)], string.Join('\n', curl.Output.Skip(end + 1)));
    }

    private async Task OverAsync(string path)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await CurlAsync("HEAD", path)).Status != 404)
        {
            await between.WaitForNextTickAsync(deadline.Token);
        }
    }

    private sealed record Answer(string[] Head, string Body)
    {
        public int Status => int.Parse(Head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

        public string? Header(string name) => Head
            .Where(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 2)..])
            .SingleOrDefault();
    }
}
