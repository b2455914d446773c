using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>The relay as a client of the emulation, alone at a hub and beside the npm client.</summary>
public sealed class RelayClientTests : GatewayTests
{
    private const string V = RunningEmulation.Version;
    private const string User = "relay:one";
    private static readonly (string, string)[] Pushed =
    [
        ("Relay:Events:PollInterval", "00:10:00"), ("Relay:Events:ReconnectMin", "00:00:00.010"), ("Relay:Events:ReconnectMax", "00:00:00.100"),
    ];

    [Fact]
    public async Task It_negotiates_once_with_the_functions_and_once_with_the_service()
    {
        using var requests = new SeenRequests();
        await using var webhook = await Webhook.StartAsync();
        await using var emulation = await StartEmulationAsync(webhook);
        await using var relay = await StartRelayAsync(Pushed);
        var id = (await webhook.NextAsync()).Headers["X-ASRS-Connection-Id"];

        var there = await emulation.CallAsync("HEAD", $"/api/hubs/gateway/connections/{id}?{V}");

        Assert.Equal(200, (int)there.Status);
        Assert.Equal(1, Functions.Calls("/api/relay/events/negotiate"));
        Assert.Equal(
            ["POST /client/negotiate?hub=gateway&negotiateVersion=1"],
            requests.At(emulation.Address.Port).Where(request => request.Contains("negotiate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_hears_every_event_that_is_for_it_as_it_was_sent_and_minds_nothing_else()
    {
        const string odd = "ü☃ \"a\"\u001e";
        await using var webhook = await Webhook.StartAsync();
        await using var emulation = await StartEmulationAsync(webhook);
        await using var relay = await StartRelayAsync(Pushed);
        var id = (await webhook.NextAsync()).Headers["X-ASRS-Connection-Id"];
        object?[][] others = [[1, 2.5, null, "ü☃", new { nested = new { list = new object[] { 1, new[] { 2 } } } }, Array.Empty<int>()], [], [.. Enumerable.Range(0, 11)]];

        foreach (var arguments in others)
        {
            await emulation.SendAsync("gateway", "told", arguments);
        }

        await emulation.SendAsync("another", "event", Event(Suspended(1, "another hub's")));
        await emulation.CallAsync("POST", $"/api/hubs/gateway/:send?{V}&excluded={id}", Message(Event(Suspended(1, "the others'"))));
        await emulation.SendAsync("GateWay", "event", Happen(odd));
        await emulation.CallAsync("POST", $"/api/hubs/gateway/users/{Uri.EscapeDataString(User)}/:send?{V}", Message(Happen("the user's")));
        await emulation.CallAsync("POST", "/api/v1/hubs/gateway", Message(Happen("all's")));
        await relay.UntilAsync(() => relay.LastEvent == 3);

        Assert.Equal(
            from heard in new[] { (1, odd), (2, "the user's"), (3, "all's") }
            select $"Event {heard.Item1} application.suspended product=echo application={heard.Item2}",
            relay.Log.Lines.Where(line => line.Id.Name == "Heard").Select(line => line.Text));
        Assert.DoesNotContain(relay.Log.Lines, line => line.Id.Name is "Gap" or "Unreadable" or "PollingAlone");
    }

    [Fact]
    public async Task Beside_the_npm_client_both_hear_the_same_and_the_end_of_one_is_not_the_others()
    {
        await using var webhook = await Webhook.StartAsync();
        await using var emulation = await StartEmulationAsync(webhook);
        await using var npm = NpmClient.Start(emulation.Address, "beside");
        await npm.LineAsync(NpmClient.Connected());
        var other = (await webhook.NextAsync()).Headers["X-ASRS-Connection-Id"];
        await using var relay = await StartRelayAsync(Pushed);
        var old = await webhook.NextAsync();
        var oldId = old.Headers["X-ASRS-Connection-Id"];

        var first = Happen("first");
        await emulation.SendAsync("gateway", "event", first);
        await relay.UntilAsync(() => relay.LastEvent == 1);
        await emulation.CallAsync("DELETE", $"/api/hubs/gateway/connections/{oldId}?{V}&reason=bye");
        var told = new[] { await webhook.NextAsync(), await webhook.NextAsync() }.OrderBy(call => call.Event, StringComparer.Ordinal).ToArray();
        var newId = told[0].Headers["X-ASRS-Connection-Id"];
        await relay.UntilAsync(() => Said(relay, "Subscribed") == 2);
        var there = new List<int>();
        foreach (var id in new[] { oldId, newId, other })
        {
            there.Add((int)(await emulation.CallAsync("HEAD", $"/api/hubs/gateway/connections/{id}?{V}")).Status);
        }

        var second = Happen("second");
        await emulation.SendAsync("gateway", "event", second);
        await relay.UntilAsync(() => relay.LastEvent == 2);
        await NpmClient.HoldAsync(npm);

        Assert.Equal(User, old.Headers["X-ASRS-User-Id"]);
        Assert.Equal([("connected", User, """{"type":10}"""), ("disconnected", User, """{"type":11,"error":"bye"}""")], told.Select(call => (call.Event, call.Headers["X-ASRS-User-Id"], call.Body)));
        Assert.Equal(oldId, told[1].Headers["X-ASRS-Connection-Id"]);
        Assert.Equal([404, 200, 200], there);
        Assert.Equal("Events are not pushed, and polled alone: SignalR Service ended the connection: bye", Assert.Single(relay.Log.Lines, line => line.Id.Name == "PollingAlone").Text);
        var heard = npm.Output.Select(line => NpmClient.Heard().Match(line)).Where(line => line.Success).Select(line => JsonElement.Parse(line.Groups[1].Value));
        Assert.Equal([true, true], heard.Zip([first, second], (arguments, sent) => JsonElement.DeepEquals(arguments[0], sent)));
    }

    // Told to who polls, too: what was pushed alone would have come from another storage.
    private JsonElement Happen(string application) => Event(Functions.Happen(Suspended(0, application)));

    private static GatewayEvent Suspended(long sequence, string application) => new()
    {
        Sequence = sequence,
        At = DateTimeOffset.UnixEpoch,
        Kind = EventKinds.ApplicationSuspended,
        Product = "echo",
        Application = application,
    };

    private static JsonElement Event(GatewayEvent happened) => JsonSerializer.SerializeToElement(happened, ContractsJson.Default.GatewayEvent);

    private static string Message(JsonElement happened) => JsonSerializer.Serialize(new { target = "event", arguments = new[] { happened } });

    private static int Said(RunningRelay relay, string what) => relay.Log.Lines.Count(line => line.Id.Name == what);

    private async Task<RunningEmulation> StartEmulationAsync(Webhook webhook)
    {
        var emulation = await RunningEmulation.StartAsync(null, ("Relay:SignalR:Upstream:0:UrlTemplate", webhook.Address.ToString()));
        Functions.Service = () => ServiceTokens.Subscription(emulation.Address);
        return emulation;
    }
}
