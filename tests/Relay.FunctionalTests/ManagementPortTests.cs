using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Observability;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What the management port answers, and that it is a port of its own.</summary>
public sealed class ManagementPortTests : GatewayTests
{
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Live_is_true_at_once_and_ready_when_the_configuration_is_loaded()
    {
        await Functions.GoAwayAsync();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, untilReady: false);

        var live = await GetAsync(relay, "/live");
        var before = await GetAsync(relay, "/ready");
        await Functions.ComeBackAsync();
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Name == "Serving"));
        var after = await GetAsync(relay, "/ready");

        Assert.Equal((HttpStatusCode.OK, """{"status":"live"}"""), live);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"not_ready","reason":"configuration_unavailable"}"""), before);
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready"}"""), after);
    }

    [Fact]
    public async Task Metrics_count_refusals_tunnels_and_questions()
    {
        await using var relay = await StartRelayAsync();
        await relay.SendAsync(RawClient.Handshake("/echo"));
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();
        var open = (await GetAsync(relay, "/metrics")).Body;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Id == 1002));

        var closed = (await GetAsync(relay, "/metrics")).Body.Split('\n');

        Assert.Contains("relay_tunnels_active{product=\"echo\",environment=\"production\"} 1\n", open, StringComparison.Ordinal);
        Assert.Contains("relay_tunnels_active{product=\"echo\",environment=\"production\"} 0", closed);
        Assert.Contains("relay_requests_total{kind=\"upgrade\",outcome=\"credentials_missing\"} 1", closed);
        Assert.Contains("relay_requests_total{kind=\"upgrade\",outcome=\"opened\"} 1", closed);
        Assert.Contains("relay_authorizations_total{source=\"call\"} 1", closed);
        Assert.Contains("relay_tunnel_duration_seconds_count{end=\"closed_by_client\"} 1", closed);
        Assert.Contains("relay_tunnels_ended_total{end=\"closed_by_client\",actor=\"client\"} 1", closed);
        Assert.Contains("relay_messages_total{product=\"echo\",environment=\"production\",direction=\"from_backend\"} 1", closed);
        Assert.Contains("relay_bytes_total{product=\"echo\",environment=\"production\",direction=\"from_backend\"} 9", closed);
        Assert.Contains("relay_handshake_duration_seconds_count{outcome=\"opened\"} 1", closed);
        Assert.Contains("relay_handshake_duration_seconds_count{outcome=\"refused\"} 1", closed);
        Assert.Contains("relay_draining 0", closed);
        Assert.Contains("relay_drain_remaining 0", closed);
        Assert.Contains("# TYPE relay_tunnel_duration_seconds histogram", closed);
    }

    [Fact]
    public async Task Messages_and_bytes_are_counted_while_the_tunnel_is_open()
    {
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, time);
        using var socket = await relay.ConnectAsync($"/staging/echo?user_key={Keys.Good}");
        await socket.ReceiveTextAsync();
        await socket.SendTextAsync("four");
        await socket.ReceiveTextAsync();

        time.Advance(TimeSpan.FromSeconds(1));

        const string tags = "product=\"echo\",environment=\"staging\",direction=";
        await UntilAsync(relay, $"relay_messages_total{{{tags}\"from_client\"}} 1\n");
        await UntilAsync(relay, $"relay_bytes_total{{{tags}\"from_client\"}} 4\n");
        await UntilAsync(relay, $"relay_messages_total{{{tags}\"from_backend\"}} 2\n");
        await UntilAsync(relay, $"relay_bytes_total{{{tags}\"from_backend\"}} 33\n");
    }

    [Theory]
    [InlineData("/live")]
    [InlineData("/metrics")]
    public async Task The_public_port_has_none_of_it(string path)
    {
        await using var relay = await StartRelayAsync();

        using var answer = await _http.GetAsync(new Uri(relay.Address, path)).Soon();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("product_not_found", await answer.Content.ReadAsStringAsync().Soon(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_management_port_serves_no_product()
    {
        await using var relay = await StartRelayAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(relay, $"/echo?user_key={Keys.Good}")).Status);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task Both_addresses_are_logged_once_bound()
    {
        await using var relay = await StartRelayAsync();

        Assert.Contains(relay.Log.Lines, line => line.Text == $"Gateway listening on {relay.Listeners.Gateway}");
        Assert.Contains(relay.Log.Lines, line => line.Text == $"Management listening on {relay.Listeners.Management}");
    }

    private static Task UntilAsync(RunningRelay relay, string line) => relay.UntilAsync(
        () => relay.Services.GetRequiredService<PrometheusExposition>().Write().Contains(line, StringComparison.Ordinal));

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(RunningRelay relay, string path)
    {
        using var answer = await _http.GetAsync(new Uri(relay.Management, path)).Soon();
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync().Soon());
    }
}
