using System.Net;
using System.Text.Json;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Sends by REST, and what reaches clients.</summary>
public sealed class SendTests
{
    [Theory]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01")]
    [InlineData("/api/hubs/chat/users/ann/:send?api-version=2022-06-01")]
    [InlineData("/api/hubs/chat/groups/g/:send?api-version=2022-06-01")]
    [InlineData("/api/hubs/chat/connections/{id}/:send?api-version=2022-06-01")]
    [InlineData("/api/hubs/CHAT/:send?api-version=2024-12-01")]
    [InlineData("/api/v1/hubs/chat")]
    [InlineData("/api/v1/hubs/chat/users/ann")]
    [InlineData("/api/v1/hubs/chat/groups/g")]
    [InlineData("/api/v1/hubs/chat/connections/{id}")]
    public async Task A_send_reaches_whom_it_is_for(string path)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        using var other = await HubSocket.OpenAsync(emulation, "other", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{ann.Id}?{RunningEmulation.Version}");

        var reply = await emulation.CallAsync(
            "POST", path.Replace("{id}", ann.Id, StringComparison.Ordinal), """{"target":"hello","arguments":[1,2.5,null,"ü\n",{"a":[]},[]]}""");
        await emulation.SendAsync("other", "end");

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        var message = (await ann.ReadAsync())!.Value;
        Assert.Equal((1, "hello"), (message.GetProperty("type").GetInt32(), message.GetProperty("target").GetString()));
        Assert.False(message.TryGetProperty("invocationId", out _));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""[1,2.5,null,"ü\n",{"a":[]},[]]"""), message.GetProperty("arguments")));
        Assert.Equal("end", await other.TargetAsync());
    }

    [Theory]
    [InlineData("""{"Target":"hello","Arguments":[]}""")]
    [InlineData("""{"target":"hello"}""")]
    [InlineData("""{"target":"hello","arguments":null}""")]
    public async Task Names_may_have_capitals_and_arguments_may_be_missing(string body)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/:send?{RunningEmulation.Version}", body);

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        Assert.Equal(0, (await client.ReadAsync())!.Value.GetProperty("arguments").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "{}", "target")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", """{"target":""}""", "target")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", """{"target":1}""", "target")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", """{"target":"t","arguments":{}}""", "arguments")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "", null)]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "[", null)]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01", "[]", "target")]
    [InlineData("/api/hubs/1bad/:send?api-version=2022-06-01", """{"target":"t"}""", "hub")]
    [InlineData("/api/hubs/chat/groups/%20%20/:send?api-version=2022-06-01", """{"target":"t"}""", "group")]
    [InlineData("/api/hubs/chat/:send", """{"target":"t"}""", "api-version")]
    [InlineData("/api/hubs/chat/:send?api-version=1", """{"target":"t"}""", "api-version")]
    [InlineData("/api/hubs/chat/:send?api-version=2022-06-01&application=1", """{"target":"t"}""", "application")]
    [InlineData("/api/v1/hubs/1bad", """{"target":"t"}""", "hub")]
    public async Task What_is_wrong_is_said_with_code_message_and_place(string path, string body, string? target)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync("POST", path, body);

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidArgument"), (reply.Status, reply.Code));
        Assert.Equal("InvalidArgument", reply.Json.GetProperty("code").GetString());
        Assert.NotEmpty(reply.Json.GetProperty("message").GetString()!);
        Assert.Equal(target, reply.Json.TryGetProperty("target", out var place) ? place.GetString() : null);
    }

    [Fact]
    public async Task All_faults_are_named_at_once()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync("POST", "/api/hubs/1bad/groups/%20/:send", """{"target":"t"}""");

        Assert.Equal("api-version", reply.Json.GetProperty("target").GetString());
        Assert.Equal(["hub", "group"], reply.Json.GetProperty("details").EnumerateArray().Select(fault => fault.GetProperty("target").GetString()));
    }

    [Theory]
    [InlineData("POST", "/api/hubs/chat/:nothing", 404)]
    [InlineData("POST", "/api/auth/accessKey", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/live", 404)]
    [InlineData("GET", "/server/?hub=chat", 404)]
    [InlineData("GET", "/api/hubs/chat/:send?api-version=2022-06-01", 405)]
    public async Task Nothing_else_is_answered(string method, string path, int status)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        Assert.Equal(status, (int)(await emulation.CallAsync(method, path)).Status);
    }

    [Fact]
    public async Task A_body_that_is_not_json_is_refused()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/:send?{RunningEmulation.Version}", "x", "application/x-msgpack");

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Who_is_excluded_hears_nothing()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var one = await HubSocket.OpenAsync(emulation, "chat");
        using var two = await HubSocket.OpenAsync(emulation, "chat");
        using var three = await HubSocket.OpenAsync(emulation, "chat");

        await emulation.CallAsync(
            "POST", $"/api/hubs/chat/:send?{RunningEmulation.Version}&excluded={one.Id}&excluded={two.Id}", """{"target":"first"}""");
        await emulation.SendAsync("chat", "second");

        Assert.Equal(("second", "second", "first"), (await one.TargetAsync(), await two.TargetAsync(), await three.TargetAsync()));
    }

    [Fact]
    public async Task A_user_has_several_connections_and_who_is_nobody_has_none()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var one = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        using var two = await HubSocket.OpenAsync(emulation, "chat", new Dictionary<string, string> { ["asrs.s.uid"] = "ann", ["nameid"] = "bob" });
        using var nobody = await HubSocket.OpenAsync(emulation, "chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat", new { sub = "Ann" });

        await emulation.CallAsync("POST", $"/api/hubs/chat/users/ann/:send?{RunningEmulation.Version}", """{"target":"ann's"}""");
        await emulation.SendAsync("chat", "all's");

        Assert.Equal(("ann's", "ann's", "all's", "all's"), (await one.TargetAsync(), await two.TargetAsync(), await nobody.TargetAsync(), await other.TargetAsync()));
    }

    [Fact]
    public async Task An_application_has_hubs_of_its_own()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var own = await HubSocket.OpenAsync(emulation, "shop_chat");
        using var other = await HubSocket.OpenAsync(emulation, "chat");

        await emulation.CallAsync("POST", $"/api/hubs/chat/:send?{RunningEmulation.Version}&application=Shop", """{"target":"shop's"}""");
        await emulation.SendAsync("chat", "chat's");

        Assert.Equal(("shop's", "chat's"), (await own.TargetAsync(), await other.TargetAsync()));
    }

    [Fact]
    public async Task Sends_to_who_is_not_there_are_accepted()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        foreach (var whom in new[] { "", "/users/x", "/groups/x", "/connections/x" })
        {
            Assert.Equal(
                HttpStatusCode.Accepted,
                (await emulation.CallAsync("POST", $"/api/hubs/empty{whom}/:send?{RunningEmulation.Version}", """{"target":"t"}""")).Status);
        }
    }
}
