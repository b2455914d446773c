using System.Net;
using System.Text.Json;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Connections that the app closes, and what else it may command.</summary>
public sealed class CloseTests
{
    private const string V = RunningEmulation.Version;

    [Theory]
    [InlineData("/api/hubs/chat/connections/{id}?api-version=2022-06-01&reason=bye", 200, "bye")]
    [InlineData("/api/v1/hubs/chat/connections/{id}?reason=bye%20bye", 202, "bye bye")]
    [InlineData("/api/hubs/chat/connections/{id}?api-version=2022-06-01", 200, null)]
    public async Task A_connection_is_closed_with_a_reason_and_gone_at_once(string path, int status, string? reason)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var closed = await emulation.CallAsync("DELETE", path.Replace("{id}", client.Id, StringComparison.Ordinal));
        var after = await emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{client.Id}?{V}");

        Assert.Equal((status, HttpStatusCode.NotFound), ((int)closed.Status, after.Status));
        Assert.Equal(reason, await client.CloseAsync());
    }

    [Fact]
    public async Task A_close_lets_clients_come_back_and_one_of_nobody_is_none()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var nobody = await emulation.CallAsync("DELETE", $"/api/hubs/chat/connections/nobody?{V}");
        await emulation.CallAsync("DELETE", $"/api/hubs/chat/connections/{client.Id}?{V}");

        Assert.Equal(HttpStatusCode.OK, nobody.Status);
        Assert.True((await client.ReadAsync())!.Value.GetProperty("allowReconnect").GetBoolean());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/groups/g")]
    [InlineData("/users/ann")]
    public async Task All_of_a_hub_a_group_or_a_user_are_closed_but_the_excluded(string whom)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var leaving = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        using var staying = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g?{V}");

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat{whom}/:closeConnections?{V}&reason=moved&excluded={staying.Id}");
        await emulation.SendAsync("chat", "still here");

        Assert.Equal(HttpStatusCode.NoContent, reply.Status);
        Assert.Equal("moved", await leaving.CloseAsync());
        Assert.Equal("still here", await staying.TargetAsync());
    }

    [Fact]
    public async Task A_token_that_is_generated_lets_its_user_in()
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var generated = await emulation.CallAsync("POST", $"/api/hubs/Chat/:generateToken?{V}&userId=ann&minutesToExpire=5");
        var token = generated.Json.GetProperty("token").GetString();
        var negotiated = await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat");
        var wrong = await emulation.CallAsync("POST", $"/api/hubs/Chat/:generateToken?{V}&minutesToExpire=0");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest), (generated.Status, negotiated.Status, wrong.Status));
        Assert.Equal("ann", JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token!.Split('.')[1])).GetProperty("nameid").GetString());
    }

    [Theory]
    [InlineData("", true, true, true)]
    [InlineData("userId eq 'ann'", true, false, false)]
    [InlineData("userId ne null and not (userId eq 'ann')", false, true, false)]
    [InlineData("'g' in groups or userId eq null", false, true, true)]
    [InlineData("connectionId eq 'it''s nobody'", false, false, false)]
    public async Task Commands_are_for_those_that_the_filter_lets_through(string filter, bool forAnn, bool forBob, bool forNobody)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        using var bob = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "bob" });
        using var nobody = await HubSocket.OpenAsync(emulation, "chat");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{bob.Id}?{V}");

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/:execute?api-version=2023-07-01&filter={Uri.EscapeDataString(filter)}", """
            [{"type":"JoinGroup","group":"h"},{"type":"SendMessage","message":{"target":"commanded"}},{"type":"LeaveGroup","group":"h"}]
            """);
        await emulation.SendAsync("chat", "all");

        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        Assert.Equal(
            (Expected(forAnn), Expected(forBob), Expected(forNobody)),
            (await ann.TargetAsync(), await bob.TargetAsync(), await nobody.TargetAsync()));

        static string? Expected(bool commanded) => commanded ? "commanded" : "all";
    }

    [Fact]
    public async Task A_command_closes()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await emulation.CallAsync("POST", "/api/hubs/chat/:execute?api-version=2023-07-01", """[{"type":"CloseConnection","reason":"enough"}]""");

        Assert.Equal("enough", await client.CloseAsync());
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("", "[]")]
    [InlineData("", """[{"type":"Dance"}]""")]
    [InlineData("", """[{"type":"SendMessage"}]""")]
    [InlineData("", """[{"type":"JoinGroup","group":" "}]""")]
    [InlineData("userId", """[{"type":"CloseConnection"}]""")]
    [InlineData("userId eq ann", """[{"type":"CloseConnection"}]""")]
    [InlineData("(userId eq 'ann'", """[{"type":"CloseConnection"}]""")]
    [InlineData("userId eq 'ann' ; 1", """[{"type":"CloseConnection"}]""")]
    [InlineData("'g' of groups", """[{"type":"CloseConnection"}]""")]
    public async Task Commands_of_which_one_is_wrong_do_nothing(string filter, string body)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/:execute?api-version=2023-07-01&filter={Uri.EscapeDataString(filter)}", body);
        await emulation.SendAsync("chat", "all");

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("all", await client.TargetAsync());
    }
}
