using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.EndToEnd.Tests;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>What the images hold, run as they run it: with nobody's rights, from folders that can only be read.</summary>
public sealed partial class PublishedGatewayTests(PublishedGateway gateway) : IClassFixture<PublishedGateway>
{
    [Fact]
    public async Task The_functions_run_as_nobody_and_are_well()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(gateway.FunctionsUrl, "/api/health")).Soon();

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.True(File.Exists(Path.Combine(gateway.FunctionsImage.App, "host.json")));
        await AssertWellAsync(gateway.FunctionsImage, "ASPNETCORE_HTTP_PORTS", gateway.FunctionsUrl.Port);
        AssertIsNobody(gateway.Functions);
    }

    [Fact]
    public async Task A_relay_runs_as_nobody_is_known_by_its_identity_and_carries_tunnels()
    {
        await using var relay = await gateway.StartRelayAsync();
        await using var client = await Conversation.StayAsync(relay.Url(gateway.UserKey));

        Assert.Equal(200, await relay.StatusAsync("/live"));
        Assert.Equal(200, await relay.StatusAsync("/ready"));
        await AssertWellAsync(gateway.RelayImage, "Relay__Listen__ManagementPort", relay.ManagementPort);
        AssertIsNobody(relay.Process);
        await SpeakAsync(client);
        Assert.Equal(0, await relay.StopAsync());
        Assert.DoesNotContain(relay.Process.Output, line => line.Contains(gateway.UserKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_that_gets_no_token_says_so_and_takes_no_client()
    {
        await using var relay = gateway.StartRelay(gateway.UnknownIdentity);

        await relay.LineAsync(NoToken());
        var port = (await relay.LineAsync(RelayReplica.ManagementListening())).Groups[1].Value;
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/ready")).Soon();
        Assert.Equal(503, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Of_two_relays_either_may_stop_and_both_refuse_a_deleted_key()
    {
        await using var first = await gateway.StartRelayAsync();
        await using var second = await gateway.StartRelayAsync();
        var leaked = await gateway.Management.PostAsync("/api/applications/client/keys", "{}");
        var key = (string)leaked["user_key"]!;
        Assert.Equal(101, (await Handshake.SendAsync(first.Url(key, "http"))).Status);
        Assert.Equal(101, (await Handshake.SendAsync(second.Url(key, "http"))).Status);

        await gateway.Management.DeleteAsync($"/api/applications/client/keys/{leaked["id"]}");
        foreach (var relay in new[] { first, second })
        {
            var refused = await Handshake.RefusedAsync(relay.Url(key, "http"));
            Assert.Equal((403, "user_key_deleted"), (refused.Status, refused.Code));
        }

        await MoveAsync(first, second);
        await using var again = await gateway.StartRelayAsync();
        await MoveAsync(second, again);
    }

    // Its client hears of the end of one relay, and talks on through the other.
    private async Task MoveAsync(RelayReplica stopping, RelayReplica staying)
    {
        await using var client = await Conversation.StayAsync(stopping.Url(gateway.UserKey));
        await SpeakAsync(client);

        var code = stopping.StopAsync();
        await client.LineAsync(GoingAway());
        await using var moved = await Conversation.StayAsync(staying.Url(gateway.UserKey));
        await SpeakAsync(moved);
        Assert.Equal(0, await code);
    }

    private static async Task SpeakAsync(ChildProcess client)
    {
        var word = Guid.NewGuid().ToString();
        await client.WriteLineAsync(word);
        await client.LineAsync(new Regex($"^answered {word}$"));
    }

    private static async Task AssertWellAsync(PublishedImage image, string portSetting, int port)
    {
        await using var check = image.AskHealth(new Dictionary<string, string> { [portSetting] = port.ToString(CultureInfo.InvariantCulture) });
        Assert.True(await check.ExitAsync() == 0, string.Join('\n', check.Output));
        await using var closed = image.AskHealth(new Dictionary<string, string> { [portSetting] = "1" });
        Assert.Equal(1, await closed.ExitAsync());
    }

    private static void AssertIsNobody(ChildProcess process)
    {
        if (Environment.IsPrivilegedProcess)
        {
            var status = File.ReadAllLines($"/proc/{process.Id}/status");
            Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status);
            Assert.Contains("CapEff:\t0000000000000000", status);
        }
    }

    [GeneratedRegex("no token of the identity: ")]
    private static partial Regex NoToken();

    [GeneratedRegex("^closed 1001 ")]
    private static partial Regex GoingAway();
}
