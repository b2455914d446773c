using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>
/// What shows only in time: that connections last, and that lost ones are noticed, by the npm client and the relay at the same
/// service. All of it begins at once, and lasts as long as the longest.
/// </summary>
public sealed class EnduranceTests(EnduranceTests.Begun begun) : IClassFixture<EnduranceTests.Begun>
{
    private const string V = RestClient.Version;
    private static readonly (string, string)[] Pushed =
    [
        ("Relay:Events:PollInterval", "00:10:00"), ("Relay:Events:ReconnectMin", "00:00:00.010"), ("Relay:Events:ReconnectMax", "00:00:00.100"),
    ];

    [Fact]
    public Task Clients_stay_connected_while_nothing_is_said_for_40_seconds() => begun.Idle;

    [Fact]
    public Task Clients_of_a_killed_service_notice_and_come_back_with_it() => begun.Killed;

    [Fact]
    public Task Clients_of_a_frozen_service_notice_within_their_timeout_and_come_back_to_its_successor() => begun.Frozen;

    [Fact]
    public Task Who_polls_no_more_or_never_began_is_gone_after_a_while() => begun.Abandoned;

    private static async Task StayAsync()
    {
        await using var functions = await ManagementServer.StartAsync();
        await using var emulation = await RunningEmulation.StartAsync();
        await using var relay = await RelayAsync(functions, () => emulation.Address);
        await using var npm = NpmClient.Start(emulation.Address, "idle", NpmClient.AllTransports);

        await NpmClient.HoldAsync(npm);
        await emulation.SendAsync("gateway", "event", Happen(functions));

        await relay.UntilAsync(() => relay.LastEvent == 1);
        Assert.Equal((1, 0), (Said(relay, "Subscribed"), Said(relay, "PollingAlone")));
        Assert.Single(emulation.Log.Lines, line => line.Id.Name == "SignalRConnected" && line.Text.StartsWith("Hub gateway", StringComparison.Ordinal));
    }

    private static async Task BeKilledAsync()
    {
        await using var functions = await ManagementServer.StartAsync();
        await using var emulation = await EmulationProcess.StartAsync();
        await using var relay = await RelayAsync(functions, () => emulation.Address);
        await using var npm = NpmClient.Start(emulation.Address, "restart", NpmClient.AllTransports);
        await npm.LineAsync(NpmClient.Connected());

        await emulation.KillAsync();

        await Task.WhenAll(
            npm.LineAsync(NpmClient.Reconnecting(), TimeSpan.FromSeconds(30)),
            relay.UntilAsync(() => Said(relay, "PollingAlone") == 1).Soon(TimeSpan.FromSeconds(30)));
        await ReturnAsync(functions, emulation, relay, npm);
    }

    // Polls are left out: a client that stops polling waits for an answer to that.
    private static async Task FreezeAsync()
    {
        await using var functions = await ManagementServer.StartAsync();
        await using var emulation = await EmulationProcess.StartAsync();
        await using var relay = await RelayAsync(functions, () => emulation.Address);
        await using var npm = NpmClient.Start(emulation.Address, "restart", "WebSockets,ServerSentEvents");
        await npm.LineAsync(NpmClient.Connected());

        emulation.Freeze();

        await npm.LineAsync(NpmClient.Reconnecting(), TimeSpan.FromSeconds(60));
        await relay.UntilAsync(() => Said(relay, "PollingAlone") == 1);
        Assert.Contains(relay.Log.Lines, line => line.Text == "Events are not pushed, and polled alone: SignalR Service said nothing for 30 s");
        await emulation.KillAsync();
        await ReturnAsync(functions, emulation, relay, npm);
    }

    private static async Task ReturnAsync(ManagementServer functions, EmulationProcess emulation, RunningRelay relay, ChildProcess npm)
    {
        await emulation.ComeBackAsync();

        // The relay polls once when it starts, and once each time that it is connected.
        await relay.UntilAsync(() => Said(relay, "Subscribed") == 2 && functions.Calls("/api/relay/events") == 3);
        await emulation.Rest.SendAsync("gateway", "event", Happen(functions));
        await relay.UntilAsync(() => relay.LastEvent == 1);
        await NpmClient.HoldAsync(npm);
    }

    // Polls are given up after 15 s of the server's own clock, and ids that were never used too.
    private static async Task BeAbandonedAsync()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat", new { nameid = "ann" });
        var (unused, poller) = (await NegotiateAsync(), await NegotiateAsync());
        await emulation.CallAsAsync(token, "GET", poller.Path);
        await emulation.CallAsAsync(token, "POST", poller.Path, "{\"protocol\":\"json\",\"version\":1}\u001e", "text/plain");
        await emulation.CallAsAsync(token, "GET", poller.Path);
        var joined = await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{poller.Id}?{V}");

        await UntilAsync(404, () => emulation.CallAsync("HEAD", $"/api/hubs/chat/connections/{poller.Id}?{V}"));
        await UntilAsync(404, () => emulation.CallAsAsync(token, "DELETE", unused.Path));

        Assert.Equal(200, (int)joined.Status);
        Assert.Equal(404, (int)(await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann?{V}")).Status);
        Assert.Equal(404, (int)(await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/g?{V}")).Status);
        Assert.Equal(404, (int)(await emulation.CallAsAsync(token, "GET", poller.Path)).Status);
        await emulation.SendAsync("chat", "all");
        Assert.Equal("all", await other.TargetAsync());

        async Task<(string Id, string Path)> NegotiateAsync()
        {
            var answer = (await emulation.CallAsAsync(token, "POST", "/client/negotiate?hub=chat&negotiateVersion=1")).Json;
            return (answer.GetProperty("connectionId").GetString()!, $"/client/?hub=chat&id={answer.GetProperty("connectionToken").GetString()}");
        }
    }

    private static async Task UntilAsync(int status, Func<Task<RestReply>> callAsync)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((int)(await callAsync()).Status != status)
        {
            await between.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<RunningRelay> RelayAsync(ManagementServer functions, Func<Uri> service)
    {
        functions.Service = () => ServiceTokens.Subscription(service());
        var relay = await RunningRelay.StartAsync(functions.Address, settings: Pushed);
        await relay.UntilAsync(() => Said(relay, "Subscribed") == 1);
        return relay;
    }

    private static int Said(RunningRelay relay, string what) => relay.Log.Lines.Count(line => line.Id.Name == what);

    private static JsonElement Happen(ManagementServer functions) => JsonSerializer.SerializeToElement(
        functions.Happen(new GatewayEvent
        {
            Sequence = 0,
            At = DateTimeOffset.UnixEpoch,
            Kind = EventKinds.ApplicationResumed,
            Product = "echo",
            Application = "nobody",
        }),
        ContractsJson.Default.GatewayEvent);

    /// <summary>All of it under way, each awaited by its test.</summary>
    public sealed class Begun : IAsyncLifetime
    {
        internal Task Idle { get; } = StayAsync();

        internal Task Killed { get; } = BeKilledAsync();

        internal Task Frozen { get; } = FreezeAsync();

        internal Task Abandoned { get; } = BeAbandonedAsync();

        public Task InitializeAsync() => Task.CompletedTask;

        // None outlives its test, which has told how it ended.
        public async Task DisposeAsync() =>
            await Task.WhenAll(Idle, Killed, Frozen, Abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
