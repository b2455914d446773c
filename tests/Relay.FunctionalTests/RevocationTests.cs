using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Outcomes;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What events do to tunnels that are open, to handshakes under way, and to cached answers.</summary>
public sealed class RevocationTests : GatewayTests
{
    private static readonly string First = Target("first");
    private static readonly string Second = Target("second");
    private Func<AuthorizationRequest, AuthorizationAnswer> _judge = Judge;
    private EventHub _hub = null!;

    [Theory]
    [InlineData("auto", EventKinds.ApplicationSuspended)]
    [InlineData("streams", EventKinds.ApplicationSuspended)]
    [InlineData("auto", EventKinds.ApplicationDeleted)]
    public async Task An_application_that_is_suspended_or_deleted_loses_its_tunnels_and_no_other_does(string engine, string kind)
    {
        await using var relay = await StartAsync(("Relay:Tunnel:Engine", engine));
        using var one = await OpenAsync(relay, First);
        using var two = await OpenAsync(relay, "/staging" + First);
        using var other = await OpenAsync(relay, Second);

        await HappenAsync(Event(kind, application: "app-first"));

        Assert.Equal("1008 key revoked", await CloseAsync(one));
        Assert.Equal("1008 key revoked", await CloseAsync(two));
        await AssertAliveAsync(other);
        Assert.Contains(relay.Log.Lines, line => line.Text == $"Event 1 {kind} product=echo environment=(null) application=app-first: ends 2 tunnels");
    }

    [Fact]
    public async Task A_product_that_is_deleted_takes_its_tunnels_with_it()
    {
        Promote(Snapshots.Echo(Server.Address) with { Product = "other" });
        await using var relay = await StartAsync();
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Id.Name == "Serving") == 4);
        using var one = await OpenAsync(relay, First);
        using var other = await OpenAsync(relay, First.Replace("/echo", "/other", StringComparison.Ordinal));

        await HappenAsync(Event(EventKinds.ApplicationDeleted, application: null));

        Assert.Equal("1008 key revoked", await CloseAsync(one));
        await AssertAliveAsync(other);
    }

    [Fact]
    public async Task What_was_answered_about_an_application_is_asked_anew_and_about_others_is_not()
    {
        await using var relay = await StartAsync();
        await relay.SendAsync(RawClient.Handshake(First));
        await relay.SendAsync(RawClient.Handshake(Second));
        Functions.Judge = _ => Denied(AuthorizationReasons.ApplicationNotActive, cacheSeconds: 60) with { Application = "app-first" };

        await HappenAsync(Event(EventKinds.ApplicationSuspended, application: "app-first"));
        await relay.UntilAsync(() => relay.LastEvent == 1);
        var refused = await relay.SendAsync(RawClient.Handshake(First));
        var other = await relay.SendAsync(RawClient.Handshake(Second));
        Functions.Judge = Judge;
        await HappenAsync(Event(EventKinds.ApplicationResumed, application: "app-first"));
        await relay.UntilAsync(() => relay.LastEvent == 2);
        var again = await relay.SendAsync(RawClient.Handshake(First));

        Assert.Equal((403, "application_not_active", 101, 101), (refused.Status, refused.Problem.Code, other.Status, again.Status));
        Assert.Equal(4, Functions.Questions.Count);
    }

    [Fact]
    public async Task What_happens_to_a_product_has_it_asked_about_anew_with_what_was_heard_and_no_other()
    {
        Promote(Snapshots.Echo(Server.Address) with { Product = "other" });
        await using var relay = await StartAsync();
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Id.Name == "Serving") == 4);
        var elsewhere = First.Replace("/echo", "/other", StringComparison.Ordinal);
        await relay.SendAsync(RawClient.Handshake(First));
        await relay.SendAsync(RawClient.Handshake(elsewhere));

        await HappenAsync(Event(EventKinds.ApplicationPlanChanged, application: null));
        await relay.UntilAsync(() => relay.LastEvent == 1);
        await relay.SendAsync(RawClient.Handshake(elsewhere));
        await relay.SendAsync(RawClient.Handshake(First));

        Assert.Equal(
            [("echo", null), ("other", null), ("echo", 1L)],
            Functions.Questions.Select(question => (question.Product, question.AfterEvent)));
    }

    [Fact]
    public async Task A_deleted_key_loses_its_tunnels_and_those_of_other_keys_and_of_tickets_stay()
    {
        _judge = question => Judge(question) with
        {
            Application = "app",
            Key = question.Ticket is null ? "key-of-" + question.UserKey : null,
        };
        await using var relay = await StartAsync();
        using var one = await OpenAsync(relay, First);
        using var other = await OpenAsync(relay, Second);
        using var ticket = await OpenAsync(relay, $"/echo?ticket=sgtk_{new string('a', 43)}");

        await HappenAsync(Event(EventKinds.KeyDeleted, application: "app") with { Key = "key-of-first" });

        Assert.Equal("1008 key revoked", await CloseAsync(one));
        await AssertAliveAsync(other);
        await AssertAliveAsync(ticket);
    }

    [Fact]
    public async Task A_changed_plan_is_asked_for_at_once_though_nothing_was_used_and_its_limits_hold_for_open_tunnels()
    {
        Functions.Limits = _ => [new MeteredLimit { Metric = BuiltinMetrics.MessagesIn, Period = "month", Limit = 0, Used = 0 }];
        await using var relay = await StartAsync(("Relay:Metering:ReportInterval", "00:05:00"));
        using var socket = await OpenAsync(relay, First);

        await HappenAsync(Event(EventKinds.ApplicationPlanChanged, application: "app-first"));
        await relay.UntilAsync(() => !Functions.Reports.IsEmpty);
        await HappenAsync(Event(EventKinds.ApplicationPlanChanged, application: "app-first"));
        await relay.UntilAsync(() => Functions.Reports.Count == 2);
        await socket.SendTextAsync("one too many");

        Assert.Equal("1008 usage limit exceeded", await CloseAsync(socket));
        var asked = Assert.Single(Functions.Reports.ElementAt(1).Entries);
        Assert.Equal("app-first", asked.Application);
        Assert.DoesNotContain(BuiltinMetrics.Connections, asked.Usage.Keys);
    }

    [Fact]
    public async Task Operators_close_the_tunnels_of_an_application_or_of_an_environment_of_a_product()
    {
        await using var relay = await StartAsync();
        using var staging = await OpenAsync(relay, "/staging" + First);
        using var production = await OpenAsync(relay, First);
        using var other = await OpenAsync(relay, Second);

        await HappenAsync(Event(EventKinds.ConnectionsClose, application: "app-second"));
        Assert.Equal("1008 closed by an operator", await CloseAsync(other));
        await HappenAsync(Event(EventKinds.ConnectionsClose, application: null) with { Environment = Environments.Staging });
        Assert.Equal("1008 closed by an operator", await CloseAsync(staging));
        await AssertAliveAsync(production);
    }

    [Fact]
    public async Task Operators_drain_a_backend()
    {
        await using var relay = await StartAsync();
        using var socket = await OpenAsync(relay, First);

        await HappenAsync(Event(EventKinds.ConnectionsDrain, application: null) with { Product = null, Backend = "another" });
        await HappenAsync(Event(EventKinds.ConnectionsDrain, application: null) with { Product = null, Backend = "echo-backend" });

        Assert.Equal("1012 drained by an operator", await CloseAsync(socket));
    }

    [Fact]
    public async Task A_promotion_is_served_at_once_and_closes_what_it_is_to_when_it_is()
    {
        await using var relay = await StartAsync(("Relay:Configuration:PollInterval", "00:05:00"));
        using var staging = await OpenAsync(relay, "/staging" + First);
        using var production = await OpenAsync(relay, First);

        Functions.Promote(Snapshots.Echo(Server.Address, version: 2), Environments.Staging);
        await HappenAsync(Event(EventKinds.ConfigurationPromoted, application: null) with { Environment = Environments.Staging, Version = 2 });
        await relay.UntilAsync(() => Serves(relay, "staging version 2"));
        await AssertAliveAsync(staging);
        Functions.Promote(Snapshots.Echo(Server.Address, version: 1), Environments.Staging);
        await HappenAsync(Event(EventKinds.ConfigurationRolledBack, application: null) with
        {
            Environment = Environments.Staging,
            Version = 1,
            CloseConnections = true,
        });

        Assert.Equal("1008 closed by an operator", await CloseAsync(staging));
        Assert.Equal(2, relay.Log.Lines.Count(line => line.Text == "Serving echo staging version 1"));
        await AssertAliveAsync(production);
    }

    [Fact]
    public async Task An_event_while_the_answer_is_under_way_refuses_the_handshake_that_asked_before_it()
    {
        await using var relay = await StartAsync();
        var judged = new TaskCompletionSource();
        Functions.Judged = judged.Task;
        var early = relay.SendAsync(RawClient.Handshake(First));
        await relay.UntilAsync(() => Functions.Questions.Count == 1);

        await HappenAsync(Event(EventKinds.ApplicationSuspended, application: "app-first"));
        await relay.UntilAsync(() => relay.LastEvent == 1);
        Functions.Judge = _ => Denied(AuthorizationReasons.ApplicationNotActive) with { Application = "app-first" };

        // It joins those who wait for the answer, which is too old for it.
        var late = relay.Services.GetRequiredService<KeyJudge>().JudgeAsync(Functions.Questions.Single(), CancellationToken.None);
        judged.SetResult();

        Assert.Equal((403, "key_revoked"), Of(await early.Soon()));
        Assert.Equal(RefusalReason.ApplicationNotActive, Assert.IsType<Judgement.Refused>(await late.Soon()).Refusal.Reason);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task An_event_while_the_backend_is_dialled_refuses_the_handshake()
    {
        var dialled = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        Server.Instead = async http =>
        {
            dialled.TrySetResult();
            await answer.Task;
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[1].AsMemory(), http.RequestAborted);
        };
        await using var relay = await StartAsync();
        var early = relay.SendAsync(RawClient.Handshake(First));
        await dialled.Task.Soon();

        await HappenAsync(Event(EventKinds.ApplicationSuspended, application: "app-first"));
        await relay.UntilAsync(() => relay.LastEvent == 1);
        answer.SetResult();

        Assert.Equal((403, "key_revoked"), Of(await early.Soon()));
    }

    [Fact]
    public async Task A_history_that_is_lost_has_tunnels_of_keys_come_back_and_applications_asked_for()
    {
        _judge = question => Judge(question) with { Key = question.UserKey == "first" ? "key-1" : null };
        await using var relay = await StartAsync(("Relay:Events:PollInterval", "00:00:00.100"));
        using var keyed = await OpenAsync(relay, First);
        using var other = await OpenAsync(relay, Second);
        await relay.UntilAsync(() => Functions.Questions.Count == 2);
        Functions.Forgotten = 2;
        for (var i = 0; i < 3; i++)
        {
            Functions.Happen(Event(EventKinds.ApplicationResumed, application: "app-third"));
        }

        Assert.Equal("1012 drained by an operator", await CloseAsync(keyed));
        await relay.UntilAsync(() => Functions.Reports.SelectMany(report => report.Entries).Any(entry => entry.Application == "app-second"));
        using var again = await OpenAsync(relay, Second);
        await AssertAliveAsync(other);
        Assert.Equal((3, 3L), (Functions.Questions.Count, relay.LastEvent));
    }

    [Fact]
    public async Task The_functions_are_told_what_is_open_and_what_was_refused()
    {
        await using var relay = await StartAsync(("Relay:Metering:StatusInterval", "00:00:01"));
        using var one = await OpenAsync(relay, First);
        using var two = await OpenAsync(relay, "/staging" + First);
        using var three = await OpenAsync(relay, Second);
        await relay.SendAsync(RawClient.Handshake("/nowhere"));
        await relay.SendAsync(RawClient.Handshake("/echo"));

        await relay.UntilAsync(() => Functions.Statuses.Any(status => status.Refused.Count == 2));
        var told = Functions.Statuses.Last();

        Assert.Equal(
            [new OpenTunnels("echo", "production", 2), new OpenTunnels("echo", "staging", 1)],
            told.Open.OrderBy(open => open.Environment, StringComparer.Ordinal));
        Assert.Equal(
            [new RefusedRequests("echo", "credentials_missing", 1), new RefusedRequests(null, "product_not_found", 1)],
            told.Refused.OrderBy(refused => refused.Reason, StringComparer.Ordinal));
        Assert.Single(Functions.Statuses.Select(status => status.Relay).Distinct());
    }

    private static string Target(string key) => $"/echo?user_key={key}";

    private static AuthorizationAnswer Judge(AuthorizationRequest question) => new()
    {
        Authorized = true,
        Application = "app-" + (question.UserKey ?? "ticket"),
        Plan = "basic",
        CacheSeconds = 60,
    };

    private static GatewayEvent Event(string kind, string? application) => new()
    {
        Sequence = 0,
        At = DateTimeOffset.UnixEpoch,
        Kind = kind,
        Product = "echo",
        Application = application,
    };

    private static (int Status, string Code) Of(RawAnswer answer) => (answer.Status, answer.Problem.Code);

    private static bool Serves(RunningRelay relay, string what) =>
        relay.Log.Lines.Any(line => line.Text == $"Serving echo {what}");

    private static async Task<ClientWebSocket> OpenAsync(RunningRelay relay, string target)
    {
        var socket = await relay.ConnectAsync(target);
        Assert.Equal("something", await socket.ReceiveTextAsync());
        return socket;
    }

    private static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var closed = await socket.ReceiveAsync(new byte[256].AsMemory(), CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, closed.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        return $"{(int)socket.CloseStatus!} {socket.CloseStatusDescription}";
    }

    private static async Task AssertAliveAsync(ClientWebSocket socket)
    {
        await socket.SendTextAsync("still here");
        Assert.Equal("reply from server : still here", await socket.ReceiveTextAsync());
    }

    private async Task<RunningRelay> StartAsync(params (string, string)[] settings)
    {
        Functions.Judge = _judge;
        Functions.Hub = _hub = await EventHub.StartAsync();
        var relay = await StartRelayAsync([("Relay:Events:PollInterval", "00:10:00"), .. settings]);
        await relay.UntilAsync(() => _hub.Open == 1);
        return relay;
    }

    private Task HappenAsync(GatewayEvent happened) => _hub.PushAsync(Functions.Happen(happened));
}
