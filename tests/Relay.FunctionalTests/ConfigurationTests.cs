using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What is promoted becomes live; what cannot be served, or fetched, does not touch what is.</summary>
public sealed class ConfigurationTests : GatewayTests
{
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Fact]
    public async Task A_promotion_becomes_live_within_a_poll()
    {
        await using var relay = await StartRelayAsync();

        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [] });
        await UntilServingAsync(relay, "Serving echo production version 2");

        Assert.Equal(403, (await relay.SendAsync(Sound)).Status);
    }

    [Fact]
    public async Task A_version_is_fetched_once_for_both_environments_and_all_polls()
    {
        await using var relay = await StartRelayAsync();

        Functions.Promote(Snapshots.Echo(Server.Address, version: 2), Environments.Staging);
        await UntilServingAsync(relay, "Serving echo staging version 2");

        Assert.Equal(1, Functions.Calls("/api/relay/configuration/echo/g1/1"));
        Assert.Equal(1, Functions.Calls("/api/relay/configuration/echo/g1/2"));
    }

    [Fact]
    public async Task A_product_made_anew_under_an_old_name_is_not_taken_for_the_old_one()
    {
        await using var relay = await StartRelayAsync();

        var anew = Snapshots.Echo(Server.Address) with { PolicyChain = [] };
        Functions.Promote(anew, Environments.Production, generation: "g2");
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Text == "Serving echo production version 1") == 2);

        Assert.Equal(403, (await relay.SendAsync(Sound)).Status);
    }

    [Fact]
    public async Task A_product_that_is_taken_back_is_no_longer_served()
    {
        await using var relay = await StartRelayAsync();

        Functions.Remove("echo", Environments.Production);
        await UntilServingAsync(relay, "No longer serving echo production");

        Assert.Equal(404, (await relay.SendAsync(Sound)).Status);
    }

    [Fact]
    public async Task A_version_with_an_unknown_policy_leaves_the_last_good_one()
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [Snapshots.Policy("teleport")] });
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "VersionRefused"));
        Functions.Promote(Snapshots.Echo(Server.Address, version: 3), Environments.Staging);
        await UntilServingAsync(relay, "Serving echo staging version 3");

        Assert.Equal(101, (await relay.SendAsync(Sound)).Status);
        Assert.Contains("'teleport'", Assert.Single(relay.Log.Lines, line => line.Id.Name == "VersionRefused").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_cannot_be_fetched_is_tried_again_and_stops_nothing_else()
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        Functions.Point(new EnvironmentPointer("broken", Environments.Production, 7, "g1"));
        Promote(Snapshots.Echo(Server.Address, version: 2) with { Product = "other" });
        await UntilServingAsync(relay, "Serving other production version 2");

        Assert.Equal(101, (await relay.SendAsync(Sound)).Status);
    }

    [Fact]
    public async Task A_relay_that_started_before_the_functions_recovers()
    {
        await Functions.GoAwayAsync();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, untilReady: false);
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "FunctionsAway"));
        var before = await relay.SendAsync(Sound);

        await Functions.ComeBackAsync();
        await UntilServingAsync(relay, "Serving echo production version 1");
        var after = await relay.SendAsync(Sound);

        Assert.Equal((503, 101), (before.Status, after.Status));
    }

    [Fact]
    public async Task Open_tunnels_go_on_while_the_functions_are_away_and_polling_resumes_when_they_are_back()
    {
        await using var relay = await StartRelayAsync();
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();

        await Functions.GoAwayAsync();
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "FunctionsAway"));
        await socket.SendTextAsync("still there?");
        var reply = await socket.ReceiveTextAsync();
        Promote(Snapshots.Echo(Server.Address, version: 2));
        await Functions.ComeBackAsync();
        await UntilServingAsync(relay, "Serving echo production version 2");
        await UntilServingAsync(relay, "The functions answer again");

        Assert.Equal("reply from server : still there?", reply);
    }

    [Fact]
    public async Task A_rotated_token_file_is_read_again()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ManagementServer.Token + "\n");
        await using var relay = await StartRelayAsync(
            ("Relay:Management:Token", ""), ("Relay:Management:TokenFile", file));

        Functions.AcceptedToken = "another-token-0123456789abcdef012345";
        await File.WriteAllTextAsync(file, Functions.AcceptedToken);
        Promote(Snapshots.Echo(Server.Address, version: 2));
        await UntilServingAsync(relay, "Serving echo production version 2");

        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains(Functions.AcceptedToken, StringComparison.Ordinal));
        File.Delete(file);
    }

    private static Task UntilServingAsync(RunningRelay relay, string line) =>
        relay.UntilAsync(() => relay.Log.Lines.Any(logged => logged.Text == line));
}
