using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Observability;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>How events reach a relay, whatever becomes of the connection over which they are pushed.</summary>
public sealed class SubscriberTests : GatewayTests
{
    private const string Separator = "\u001e";
    private static readonly (string, string) Seldom = ("Relay:Events:PollInterval", "00:10:00");
    private static readonly (string, string) Often = ("Relay:Events:PollInterval", "00:00:00.200");
    private static readonly (string, string) Quick = ("Relay:Events:ReconnectMin", "00:00:00.010");
    private static readonly (string, string) Soon = ("Relay:Events:ReconnectMax", "00:00:00.100");

    [Fact]
    public async Task A_pushed_event_is_heeded_at_once()
    {
        await using var hub = await HubAsync();
        await using var relay = await StartAsync(hub, Seldom);

        await hub.PushAsync(Functions.Happen(Suspended));

        await relay.UntilAsync(() => relay.LastEvent == 1);
        Assert.Single(Heeded(relay));
    }

    [Fact]
    public async Task A_gap_is_polled_for_and_every_event_heeded_once_and_in_order()
    {
        await using var hub = await HubAsync();
        await using var relay = await StartAsync(hub, Seldom);
        GatewayEvent[] events = [.. Enumerable.Range(0, 4).Select(_ => Functions.Happen(Suspended))];

        foreach (var happened in (GatewayEvent[])[events[2], events[0], events[2], events[3], events[3]])
        {
            await hub.PushAsync(happened);
        }

        await relay.UntilAsync(() => relay.LastEvent == 4);
        Assert.Equal(["Event 1 ", "Event 2 ", "Event 3 ", "Event 4 "], Heeded(relay).Select(text => text[..8]));
        Assert.Contains(relay.Log.Lines, line => line.Text == "Event 3 came after 0: what is between is polled for");
    }

    [Fact]
    public async Task A_hub_that_comes_back_is_found_with_another_token_and_what_happened_meanwhile_is_polled_for()
    {
        await using var hub = await HubAsync();
        await using var relay = await StartAsync(hub, Seldom, Quick, Soon);

        await hub.GoAwayAsync();
        await relay.UntilAsync(() => Said(relay, "PollingAlone") == 1);
        Functions.Happen(Suspended);
        await hub.ComeBackAsync();
        await relay.UntilAsync(() => relay.LastEvent == 1);
        await relay.UntilAsync(() => hub.Open == 1);
        await hub.PushAsync(Functions.Happen(Suspended));
        await relay.UntilAsync(() => relay.LastEvent == 2);

        Assert.Equal((2, 1, 2), (hub.Opened, Said(relay, "PollingAlone"), Said(relay, "Subscribed")));
    }

    [Fact]
    public async Task Without_a_hub_events_are_polled_and_it_is_said_once()
    {
        await using var relay = await StartRelayAsync(Often, Quick, Soon);

        for (var i = 1; i <= 3; i++)
        {
            Functions.Happen(Suspended);
            await relay.UntilAsync(() => relay.LastEvent == i);
        }

        await relay.UntilAsync(() => Functions.Calls("/api/relay/events/negotiate") > 3);
        Assert.Equal(3, Heeded(relay).Count);
        var said = Assert.Single(relay.Log.Lines, line => line.Id.Name == "PollingAlone");
        Assert.Equal("Events are not pushed, and polled alone: the functions do not say where (status 404)", said.Text);
    }

    [Fact]
    public async Task Functions_that_restart_are_asked_for_what_was_missed()
    {
        await using var hub = await HubAsync();
        await using var relay = await StartAsync(hub, Often, Quick, Soon);

        await Functions.GoAwayAsync();
        await hub.GoAwayAsync();
        Functions.Happen(Suspended);
        Functions.Happen(Suspended);
        await relay.UntilAsync(() => Said(relay, "EventsAway") == 1);
        await hub.ComeBackAsync();
        await Functions.ComeBackAsync();
        await relay.UntilAsync(() => relay.LastEvent == 2);
        await relay.UntilAsync(() => hub.Open == 1);

        Assert.Equal((2, 1, 1), (Heeded(relay).Count, Said(relay, "EventsAway"), Said(relay, "EventsBack")));
    }

    [Fact]
    public async Task A_hub_that_is_elsewhere_is_followed_with_the_token_that_it_gives()
    {
        await using var elsewhere = await EventHub.StartAsync();
        await using var hub = await HubAsync();
        hub.Elsewhere = elsewhere;
        await using var relay = await StartAsync(elsewhere, Seldom);

        await elsewhere.PushAsync(Functions.Happen(Suspended));

        await relay.UntilAsync(() => relay.LastEvent == 1);
        Assert.Equal(0, hub.Opened);
    }

    [Fact]
    public async Task Hubs_that_send_each_other_the_relay_are_given_up()
    {
        await using var hub = await HubAsync();
        hub.Elsewhere = hub;
        await using var relay = await StartRelayAsync(Often);

        await relay.UntilAsync(() => Said(relay, "PollingAlone") == 1);
        Functions.Happen(Suspended);

        await relay.UntilAsync(() => relay.LastEvent == 1);
    }

    [Theory]
    [InlineData("no json at all" + Separator)]
    [InlineData("{}" + Separator + "{\"type\":" + Separator)]
    [InlineData("{}" + Separator + "[]" + Separator)]
    [InlineData("{}" + Separator + "{\"type\":7,\"error\":\"go away\"}" + Separator)]
    [InlineData("{\"error\":\"not you\"}" + Separator)]
    [InlineData(Separator + Separator)]
    public async Task A_hub_that_talks_nonsense_is_left_and_tried_again_while_tunnels_go_on(string says)
    {
        await using var hub = await HubAsync();
        hub.Instead = async socket =>
        {
            await SayAsync(socket, says);
            await UntilClosedAsync(socket);
        };
        await using var relay = await StartRelayAsync(Seldom, Quick, Soon);
        using var client = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        Assert.Equal("something", await client.ReceiveTextAsync());

        await relay.UntilAsync(() => Functions.Calls("/api/relay/events/negotiate") > 2);
        hub.Instead = null;
        await relay.UntilAsync(() => hub.Open == 1);
        await hub.PushAsync(Functions.Happen(Suspended with { Application = "another" }));
        await relay.UntilAsync(() => relay.LastEvent == 1);

        await client.SendTextAsync("still here");
        Assert.Equal("reply from server : still here", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_message_without_an_end_is_not_read_for_ever()
    {
        await using var hub = await HubAsync();
        var chunk = Encoding.UTF8.GetBytes(new string('x', 64 << 10));
        hub.Instead = async socket =>
        {
            await SayAsync(socket, "{}" + Separator);
            while (socket.State == WebSocketState.Open)
            {
                await socket.SendAsync(chunk, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
            }
        };

        await using var relay = await StartRelayAsync(Seldom);

        await relay.UntilAsync(() => relay.Log.Lines.Any(
            line => line.Text == "Events are not pushed, and polled alone: a message of more than 1048576 bytes"));
    }

    [Fact]
    public async Task Messages_may_be_cut_anywhere_and_come_together_and_unknown_ones_are_passed_over()
    {
        await using var hub = await HubAsync();
        GatewayEvent[] events = [Functions.Happen(Suspended), Functions.Happen(Suspended), Functions.Happen(Suspended)];
        var text = "{}" + Separator + "{\"type\":6}" + Separator + "{\"type\":99}" + Separator
            + string.Concat(events.Select(happened => Invocation(happened) + Separator))
            + "{\"type\":1,\"target\":\"another\",\"arguments\":[1]}" + Separator
            + "{\"type\":1,\"target\":\"event\",\"arguments\":[\"not one\"]}" + Separator;
        hub.Instead = async socket =>
        {
            foreach (var piece in text.Chunk(7))
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(piece), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await UntilClosedAsync(socket);
        };

        await using var relay = await StartRelayAsync(Seldom);

        await relay.UntilAsync(() => Said(relay, "Unreadable") == 1);
        Assert.Equal(3, relay.LastEvent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}" + Separator)]
    public async Task A_hub_that_says_nothing_any_more_is_left_before_its_handshake_and_after(string says)
    {
        await using var hub = await HubAsync();
        var pinged = new TaskCompletionSource();
        hub.Instead = async socket =>
        {
            await SayAsync(socket, says);
            await UntilClosedAsync(socket, heard =>
            {
                if (heard.Contains("{\"type\":6}" + Separator, StringComparison.Ordinal))
                {
                    pinged.TrySetResult();
                }
            });
        };

        await using var relay = await StartRelayAsync(
            Seldom, Quick, Soon, ("Relay:Events:ServerTimeout", "00:00:00.500"), ("Relay:Events:KeepAlive", "00:00:00.020"));

        await relay.UntilAsync(() => Said(relay, "PollingAlone") == 1);
        Assert.Contains(relay.Log.Lines, line => line.Id.Name == "PollingAlone" && line.Text.EndsWith("0.5 s", StringComparison.Ordinal));
        if (says.Length > 0)
        {
            await pinged.Task.Soon();
        }

        hub.Instead = null;
        await relay.UntilAsync(() => hub.Open == 1);
    }

    [Fact]
    public async Task No_token_is_ever_logged()
    {
        await using var hub = await HubAsync();
        await using var relay = await StartAsync(hub, Seldom);
        await hub.GoAwayAsync();
        await relay.UntilAsync(() => Said(relay, "PollingAlone") == 1);

        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains("Bearer", StringComparison.Ordinal) || line.Text.Contains("accessToken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_serves_when_it_knows_from_where_on_it_hears_of_events()
    {
        var gate = new TaskCompletionSource();
        Functions.Events = gate.Task;
        await using var relay = await RunningRelay.StartAsync(Functions.Address, untilReady: false);
        await relay.UntilAsync(() => Functions.Calls("/api/relay/events") == 1);

        var early = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));
        gate.SetResult();
        await relay.UntilAsync(() => relay.Services.GetRequiredService<Readiness>().NotReadyBecause is null);
        var known = relay.LastEvent;
        var late = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));

        Assert.Equal((503, "configuration_unavailable"), (early.Status, early.Problem.Code));
        Assert.Equal((0, 101), (known, late.Status));
    }

    [Fact]
    public async Task Functions_that_have_events_and_cannot_tell_them_do_not_keep_the_relay_from_serving()
    {
        Functions.Events = Task.FromException(new InvalidOperationException());

        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));
        Assert.Equal((101, null), (answer.Status, relay.LastEvent));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task Answers_without_a_body_from_whoever_is_in_front_of_the_functions_end_neither_tunnels_nor_hearing(int status)
    {
        await using var relay = await StartRelayAsync(
            Often, Quick, Soon, ("Relay:Metering:ReportInterval", "00:00:01"), ("Relay:Configuration:PollInterval", "00:00:01"));
        using var client = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        Assert.Equal("something", await client.ReceiveTextAsync());

        Functions.Broken = status;
        var before = Functions.Calls("/api/relay/usage");
        await relay.UntilAsync(() => Functions.Calls("/api/relay/usage") > before + 1 && Said(relay, "EventsAway") == 1);
        Functions.Broken = null;
        Functions.Happen(Suspended);
        await relay.UntilAsync(() => relay.LastEvent == 1);

        await client.SendTextAsync("still here");
        Assert.Equal("reply from server : still here", await client.ReceiveTextAsync());
        Assert.DoesNotContain(relay.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_relay_that_is_to_hear_of_nothing_asks_for_nothing()
    {
        await using var relay = await StartRelayAsync(("Relay:Events:Enabled", "false"));
        await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));

        Assert.Equal((0, 0), (Functions.Calls("/api/relay/events"), Functions.Calls("/api/relay/events/negotiate")));
    }

    private static GatewayEvent Suspended => new()
    {
        Sequence = 0,
        At = DateTimeOffset.UnixEpoch,
        Kind = EventKinds.ApplicationSuspended,
        Product = "echo",
        Application = "nobody",
    };

    private static List<string> Heeded(RunningRelay relay) => [.. relay.Log.Lines.Where(line => line.Id.Name == "Heard").Select(line => line.Text)];

    private static int Said(RunningRelay relay, string what) => relay.Log.Lines.Count(line => line.Id.Name == what);

    private static string Invocation(GatewayEvent happened) =>
        $$"""{"arguments":[{{System.Text.Json.JsonSerializer.Serialize(happened, ContractsJson.Default.GatewayEvent)}}],"target":"event","type":1}""";

    private static Task SayAsync(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task UntilClosedAsync(WebSocket socket, Action<string>? heard = null)
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
            {
                heard?.Invoke(Encoding.UTF8.GetString(buffer, 0, received.Count));
            }
        }
        catch (WebSocketException)
        {
            // However the relay leaves.
        }
    }

    private async Task<EventHub> HubAsync() => Functions.Hub = await EventHub.StartAsync();

    private async Task<RunningRelay> StartAsync(EventHub hub, params (string, string)[] settings)
    {
        var relay = await StartRelayAsync(settings);
        await relay.UntilAsync(() => hub.Open == 1 && Said(relay, "Subscribed") == 1);
        return relay;
    }
}
