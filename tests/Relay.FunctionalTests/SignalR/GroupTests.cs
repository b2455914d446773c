using System.Net;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Who is there, and groups of connections and users.</summary>
public sealed class GroupTests
{
    private const string V = RunningEmulation.Version;
    private const string Message = """{"target":"grouped"}""";

    [Theory]
    [InlineData("/api/hubs/chat/connections/{id}?api-version=2022-06-01", "Warning.Connection.NotExisted")]
    [InlineData("/api/hubs/chat/users/ann?api-version=2022-06-01", "Warning.User.NotExisted")]
    [InlineData("/api/hubs/chat/groups/g?api-version=2022-06-01", "Warning.Group.NotExisted")]
    [InlineData("/api/hubs/chat/users/ann/groups/g?api-version=2022-06-01", "Info.User.NotInGroup")]
    [InlineData("/api/v1/hubs/chat/connections/{id}", "Warning.Connection.NotExisted")]
    [InlineData("/api/v1/hubs/chat/users/ann", "Warning.User.NotExisted")]
    [InlineData("/api/v1/hubs/chat/groups/g", "Warning.Group.NotExisted")]
    [InlineData("/api/v1/hubs/chat/groups/g/users/ann", "Info.User.NotInGroup")]
    [InlineData("/api/v1/hubs/chat/users/ann/groups/g", "Info.User.NotInGroup")]
    public async Task Whether_something_is_there_is_a_200_or_a_404_with_its_code(string path, string code)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "other", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/other/groups/g/connections/{other.Id}?{V}");

        var missing = await emulation.CallAsync("HEAD", path.Replace("{id}", other.Id, StringComparison.Ordinal));
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{ann.Id}?{V}");
        var there = await emulation.CallAsync("HEAD", path.Replace("{id}", ann.Id, StringComparison.Ordinal));
        var got = await emulation.CallAsync("GET", path.Replace("{id}", ann.Id, StringComparison.Ordinal));

        Assert.Equal((HttpStatusCode.NotFound, code, ""), (missing.Status, missing.Code, missing.Body));
        Assert.Equal((HttpStatusCode.OK, null, ""), (there.Status, there.Code, there.Body));
        Assert.Equal(path.StartsWith("/api/v1", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.MethodNotAllowed, got.Status);
    }

    [Theory]
    [InlineData("/api/hubs/chat/groups/g/connections/{id}?api-version=2022-06-01")]
    [InlineData("/api/hubs/chat/connections/{id}/groups/g?api-version=2022-06-01")]
    [InlineData("/api/v1/hubs/chat/groups/g/connections/{id}")]
    public async Task A_connection_joins_a_group_and_leaves_it(string path)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        var own = path.Replace("{id}", client.Id, StringComparison.Ordinal);

        var joined = (await emulation.CallAsync("PUT", own), await emulation.CallAsync("PUT", own));
        await SendToGroupAsync(emulation);
        var left = (await emulation.CallAsync("DELETE", own), await emulation.CallAsync("DELETE", own));
        await SendToGroupAsync(emulation);
        await emulation.SendAsync("chat", "all");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (joined.Item1.Status, joined.Item2.Status));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (left.Item1.Status, left.Item2.Status));
        Assert.Equal(("grouped", "all"), (await client.TargetAsync(), await client.TargetAsync()));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_connection_that_is_not_there_joins_nothing(string method)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync(method, $"/api/hubs/chat/groups/g/connections/nobody?{V}");

        Assert.Equal((HttpStatusCode.NotFound, "Error.Connection.NotExisted"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_connection_leaves_all_groups_at_once()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/h/connections/{client.Id}?{V}");

        var reply = await emulation.CallAsync("DELETE", $"/api/hubs/chat/connections/{client.Id}/groups?{V}");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/g?{V}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/h?{V}")).Status);
    }

    [Theory]
    [InlineData("/api/hubs/chat/users/ann/groups/g?api-version=2022-06-01", 200, 204)]
    [InlineData("/api/v1/hubs/chat/groups/g/users/ann", 202, 202)]
    [InlineData("/api/v1/hubs/chat/users/ann/groups/g", 202, 202)]
    public async Task A_user_is_in_a_group_with_every_connection_those_to_come_too(string path, int joined, int left)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var before = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });

        Assert.Equal(joined, (int)(await emulation.CallAsync("PUT", path)).Status);
        using var after = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await SendToGroupAsync(emulation);
        Assert.Equal(left, (int)(await emulation.CallAsync("DELETE", path)).Status);
        await SendToGroupAsync(emulation);
        await emulation.SendAsync("chat", "all");

        Assert.Equal(("grouped", "all"), (await before.TargetAsync(), await before.TargetAsync()));
        Assert.Equal(("grouped", "all"), (await after.TargetAsync(), await after.TargetAsync()));
    }

    [Theory]
    [InlineData("/api/hubs/chat/users/ann/groups?api-version=2022-06-01", 204)]
    [InlineData("/api/v1/hubs/chat/users/ann/groups", 200)]
    public async Task A_user_leaves_all_groups_at_once(string path, int status)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g?{V}");

        Assert.Equal(status, (int)(await emulation.CallAsync("DELETE", path)).Status);
        using var later = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        Assert.Equal(HttpStatusCode.NotFound, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/g?{V}")).Status);
    }

    [Fact]
    public async Task With_a_ttl_a_user_is_in_a_group_for_that_long()
    {
        var time = new ManualTime();
        await using var emulation = await RunningEmulation.StartAsync(time);
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g?{V}&ttl=1");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/h?{V}&ttl=1");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/h/connections/{ann.Id}?{V}");
        await SendToGroupAsync(emulation);

        time.Advance(TimeSpan.FromSeconds(1));
        await SendToGroupAsync(emulation);
        await emulation.SendAsync("chat", "all");

        Assert.Equal(("grouped", "all"), (await ann.TargetAsync(), await ann.TargetAsync()));
        Assert.Equal("Info.User.NotInGroup", (await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann/groups/g?{V}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/h?{V}")).Status);
    }

    [Fact]
    public async Task With_a_ttl_of_0_only_the_connections_of_now_join()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var now = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g?{V}&ttl=0");
        using var later = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });

        await SendToGroupAsync(emulation);
        await emulation.SendAsync("chat", "all");

        Assert.Equal(("grouped", "all"), (await now.TargetAsync(), await later.TargetAsync()));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task A_ttl_that_is_none_is_refused(string ttl)
    {
        await using var emulation = await RunningEmulation.StartAsync();

        var reply = await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g?{V}&ttl={ttl}");

        Assert.Equal((HttpStatusCode.BadRequest, "ttl"), (reply.Status, reply.Json.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task Without_a_ttl_a_user_is_in_the_last_100_groups()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        for (var i = 0; i <= 100; i++)
        {
            await emulation.CallAsync("PUT", $"/api/hubs/chat/users/ann/groups/g{i}?{V}");
        }

        Assert.Equal("Info.User.NotInGroup", (await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann/groups/g0?{V}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann/groups/g1?{V}")).Status);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("two%20words%20%2B", "two words +")]
    [InlineData("%C3%A9", "é")]
    [InlineData("ann%40example.com", "ann@example.com")]
    [InlineData("%3Asend", ":send")]
    public async Task Names_are_percent_decoded_once(string written, string name)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat", new { nameid = name });

        await emulation.CallAsync("POST", $"/api/hubs/chat/users/{written}/:send?{V}", """{"target":"user's"}""");
        await emulation.CallAsync("PUT", $"/api/hubs/chat/users/{written}/groups/{written}?{V}");
        await emulation.CallAsync("POST", $"/api/v1/hubs/chat/groups/{written}", Message);

        Assert.Equal(("user's", "grouped"), (await client.TargetAsync(), await client.TargetAsync()));
    }

    [Fact]
    public async Task The_connections_of_a_group_are_listed_page_by_page()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var one = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        using var two = await HubSocket.OpenAsync(emulation, "chat");
        using var three = await HubSocket.OpenAsync(emulation, "chat");
        foreach (var client in new[] { one, two, three })
        {
            await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}");
        }

        var found = new List<(string?, string?)>();
        for (var next = $"/api/hubs/chat/groups/g/connections?{V}&maxpagesize=2"; next.Length > 0;)
        {
            var page = (await emulation.CallAsync("GET", next)).Json;
            found.AddRange(page.GetProperty("value").EnumerateArray().Select(item => (item.GetProperty("connectionId").GetString(), item.GetProperty("userId").GetString())));
            next = page.GetProperty("nextLink").GetString() is { } link ? new Uri(link).PathAndQuery : "";
        }

        var top = (await emulation.CallAsync("GET", $"/api/hubs/chat/groups/g/connections?{V}&top=1")).Json;
        var wrong = await emulation.CallAsync("GET", $"/api/hubs/chat/groups/g/connections?{V}&top=0&maxpagesize=201");
        Assert.Equal(
            new (string?, string?)[] { (one.Id, "ann"), (two.Id, null), (three.Id, null) }.OrderBy(client => client.Item1, StringComparer.Ordinal), found);
        Assert.Equal((1, true), (top.GetProperty("value").GetArrayLength(), top.GetProperty("nextLink").GetString() is null));
        Assert.Equal((HttpStatusCode.BadRequest, 1), (wrong.Status, wrong.Json.GetProperty("details").GetArrayLength()));
    }

    private static Task<RestReply> SendToGroupAsync(RunningEmulation emulation) =>
        emulation.CallAsync("POST", $"/api/hubs/chat/groups/g/:send?{V}", Message);
}
