using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>How many WebSockets an application may have open at once.</summary>
public sealed class ConnectionLimitTests : GatewayTests
{
    private const string Target = $"/echo?user_key={Keys.Good}";

    [Fact]
    public async Task One_more_than_allowed_is_refused_before_the_backend_hears_until_one_has_ended()
    {
        Limit("""{"per_application":2}""");
        await using var relay = await StartRelayAsync();
        using var first = await RawSocket.OpenAsync(relay.Address, Target);
        using var second = await RawSocket.OpenAsync(relay.Address, $"/staging{Target}");

        var refused = await relay.SendAsync(RawClient.Handshake(Target));
        var heard = Server.Heard.Count;
        first.Dispose();
        await relay.UntilAsync(() => Taken(relay) == 1);
        using var third = await RawSocket.OpenAsync(relay.Address, Target);

        Assert.Equal((429, "too_many_connections", "Too many connections"), (refused.Status, refused.Problem.Code, refused.Problem.Title));
        Assert.Equal("The application may have 2 connections open at once, and has.", refused.Problem.Detail);
        Assert.Equal(2, heard);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_as_many_as_allowed_are_opened()
    {
        Limit("""{"per_application":5}""");
        await using var relay = await StartRelayAsync();
        var gate = new TaskCompletionSource();
        Server.Instead = async http =>
        {
            await gate.Task;
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[1].AsMemory(), CancellationToken.None);
        };

        var answers = Enumerable.Range(0, 40).Select(_ => relay.SendAsync(RawClient.Handshake(Target))).ToList();
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Id.Name == "Refused") == 35);
        gate.SetResult();
        var statuses = (await Task.WhenAll(answers).Soon()).Select(answer => answer.Status).ToList();

        Assert.Equal((5, 35), (statuses.Count(status => status == 101), statuses.Count(status => status == 429)));
    }

    [Fact]
    public async Task A_handshake_that_the_backend_declines_gives_its_slot_back()
    {
        Limit("""{"per_application":1}""");
        Server.Instead = http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        await using var relay = await StartRelayAsync();

        var declined = await relay.SendAsync(RawClient.Handshake(Target));
        await relay.UntilAsync(() => Taken(relay) == 0);
        Server.Instead = null;

        Assert.Equal(404, declined.Status);
        using var socket = await relay.ConnectAsync(Target);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Under_trial_one_more_is_let_in_and_counted()
    {
        Limit("""{"per_application":1,"dry_run":true}""");
        await using var relay = await StartRelayAsync();

        using var first = await RawSocket.OpenAsync(relay.Address, Target);
        Assert.DoesNotContain("relay_limits_total{", Metrics(relay), StringComparison.Ordinal);
        using var second = await RawSocket.OpenAsync(relay.Address, Target);

        Assert.Contains("relay_limits_total{limit=\"connections\",action=\"dry_run\"} 1\n", Metrics(relay), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, """{"per_application":5}""")]
    [InlineData(1, """{"per_application":5}""")]
    [InlineData(2, """{"per_application":1}""")]
    [InlineData(1, """{"per_application":1,"dry_run":true}""")]
    public async Task Of_the_plans_limit_and_the_policys_the_lower_one_counts(int plan, string policy)
    {
        Limit(policy);
        Functions.Judge = _ => Granted(cacheSeconds: 10) with { MaxConnections = plan };
        await using var relay = await StartRelayAsync();
        using var first = plan == 0 ? null : await RawSocket.OpenAsync(relay.Address, Target);

        var refused = await relay.SendAsync(RawClient.Handshake(Target));

        Assert.Equal((429, "too_many_connections"), (refused.Status, refused.Problem.Code));
        Assert.DoesNotContain("relay_limits_total{limit=\"connections\",action=\"dry_run\"}", Metrics(relay), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_the_products_own_for_limits()
    {
        Limit("""{"per_application":1}""", new ErrorAnswers
        {
            LimitsExceeded = new ErrorAnswer { Status = 420, ContentType = "text/plain", Text = "Enough." },
        });
        await using var relay = await StartRelayAsync();
        using var first = await RawSocket.OpenAsync(relay.Address, Target);

        var refused = await relay.SendAsync(RawClient.Handshake(Target));

        Assert.Equal((420, "Enough."), (refused.Status, refused.Body));
        Assert.Contains("too_many_connections", refused.Headers["Proxy-Status"], StringComparison.Ordinal);
    }

    private void Limit(string settings, ErrorAnswers? answers = null) => Promote(Snapshots.Echo(Server.Address, version: 2) with
    {
        ErrorAnswers = answers ?? new ErrorAnswers(),
        PolicyChain =
        [
            Snapshots.Policy("websocket"),
            new ChainedPolicy { Name = "websocket_connections", Configuration = JsonDocument.Parse(settings).RootElement },
        ],
    });

    private static int Taken(RunningRelay relay) => relay.Services.GetRequiredService<ConnectionSlots>().Taken("echo", "app-1");

    private static string Metrics(RunningRelay relay) => relay.Services.GetRequiredService<PrometheusExposition>().Write();
}
