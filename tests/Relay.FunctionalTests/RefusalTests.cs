using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>
/// Every refusal that is decided without the backend: status, code, text, and a backend that heard nothing.
/// </summary>
public class RefusalTests : GatewayTests
{
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Theory]
    [InlineData("/echo", 403, "credentials_missing", "Authentication parameters missing")]
    [InlineData("/echo?user_key=", 403, "credentials_missing", "Authentication parameters missing")]
    [InlineData("/echo?user_key=" + Keys.Bad, 403, "user_key_invalid", "Authentication failed")]
    [InlineData("/echo?user_key=a%20b", 403, "user_key_invalid", "Authentication failed")]
    [InlineData("/unknown?user_key=" + Keys.Good, 404, "product_not_found", "Product not found")]
    [InlineData("/echoes?user_key=" + Keys.Good, 404, "product_not_found", "Product not found")]
    [InlineData("/?user_key=" + Keys.Good, 404, "product_not_found", "Product not found")]
    [InlineData("/echo/../secret?user_key=" + Keys.Good, 400, "request_invalid", "Invalid request")]
    [InlineData("/echo/%2e%2E/secret?user_key=" + Keys.Good, 400, "request_invalid", "Invalid request")]
    [InlineData("/echo/..%2fsecret?user_key=" + Keys.Good, 400, "request_invalid", "Invalid request")]
    public async Task A_request_is_refused_for_its_target(string target, int status, string code, string title)
    {
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, RawClient.Handshake(target), status, code, title);
    }

    [Theory]
    [InlineData(AuthorizationReasons.UserKeyInvalid, 403, "Authentication failed")]
    [InlineData(AuthorizationReasons.UserKeyDeleted, 403, "Authentication failed")]
    [InlineData(AuthorizationReasons.UserKeyOfAnotherProduct, 403, "Authentication failed")]
    [InlineData(AuthorizationReasons.ApplicationNotActive, 403, "Authentication failed")]
    [InlineData(AuthorizationReasons.MetricDisabled, 403, "Authentication failed")]
    [InlineData(AuthorizationReasons.LimitsExceeded, 429, "Usage limit exceeded")]
    [InlineData(AuthorizationReasons.ProductNotFound, 404, "Product not found")]
    public async Task A_key_is_refused_with_the_functions_reason(string reason, int status, string title)
    {
        Functions.Judge = _ => Denied(reason);
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, Sound, status, reason, title);
    }

    [Fact]
    public async Task An_exceeded_limit_says_when_to_come_back()
    {
        Functions.Judge = _ => Denied(AuthorizationReasons.LimitsExceeded, retryAfter: 42);
        await using var relay = await StartRelayAsync();

        var answer = await AssertRefusedAsync(relay, Sound, 429, "limits_exceeded", "Usage limit exceeded");

        Assert.Equal("42", answer.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("GET ", "POST ")]
    [InlineData("HTTP/1.1", "HTTP/1.0")]
    [InlineData("Connection: Upgrade\r\n", "")]
    [InlineData("Connection: Upgrade", "Connection: keep-alive")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "not base64 at all......")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ = =")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: websocket")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: h2c")]
    [InlineData("Upgrade: websocket", "Upgrade: h2c, websocket")]
    [InlineData("Connection: Upgrade", "Connection: Upgrade, Sec-WebSocket-Key")]
    [InlineData("Connection: Upgrade", "Connection: Upgrade\r\nConnection: origin")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: a b")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: a")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nContent-Length: 3")]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nTransfer-Encoding: chunked")]
    public async Task A_handshake_that_is_none_is_refused(string part, string spoilt)
    {
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(
            relay, Sound.Replace(part, spoilt, StringComparison.Ordinal), 400, "handshake_invalid", "Invalid WebSocket handshake");
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version: 13, 8")]
    [InlineData("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13")]
    [InlineData("Sec-WebSocket-Version: +13")]
    [InlineData("X-No-Version: 1")]
    public async Task Another_version_is_told_which_one_to_use(string version)
    {
        await using var relay = await StartRelayAsync();

        var answer = await AssertRefusedAsync(
            relay,
            Sound.Replace("Sec-WebSocket-Version: 13", version, StringComparison.Ordinal),
            426,
            "handshake_version",
            "WebSocket version not supported");

        Assert.Equal(("13", "websocket"), (answer.Headers["Sec-WebSocket-Version"], answer.Headers["Upgrade"]));
    }

    [Fact]
    public async Task A_request_that_no_mapping_rule_matches_is_refused()
    {
        var rule = new MappingRule { Method = "GET", Pattern = "/room$", Metric = "hits" };
        Promote(Snapshots.Echo(Server.Address, version: 2) with { MappingRules = [rule] });
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, Sound, 404, "no_mapping_rule", "No Mapping Rule matched");
        Assert.Empty(Functions.Questions);
    }

    [Fact]
    public async Task Without_the_websocket_policy_an_upgrade_is_refused_and_told_what_to_add()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [Snapshots.Policy("apicast")] });
        await using var relay = await StartRelayAsync();

        var answer = await AssertRefusedAsync(relay, Sound, 403, "websocket_policy_missing", "WebSocket not enabled");

        Assert.Contains("'websocket'", answer.Problem.Detail, StringComparison.Ordinal);
        Assert.Empty(Functions.Questions);
    }

    [Fact]
    public async Task A_path_on_which_no_backend_is_mounted_is_refused_before_anything_is_counted()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with { Backends = [Snapshots.Usage(Server.Address, "/chat")] });
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, Sound, 404, "backend_not_routed", "No backend on this path");
        Assert.Empty(Functions.Questions);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task Functions_that_do_not_judge_a_key_leave_the_handshake_for_later(int status)
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("Unreadable");
        relay.Log.Expect("IndexRefused");
        Functions.Broken = status;

        var answer = await AssertRefusedAsync(relay, Sound, 503, "authorization_unavailable", "Authorization unavailable");

        Assert.Equal("5", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task Functions_that_are_slow_do_not_hold_a_handshake_for_ever()
    {
        await using var relay = await StartRelayAsync(("Relay:Management:Timeout", "00:00:00.200"));
        var never = new TaskCompletionSource();
        Functions.Gate = never.Task;

        await AssertRefusedAsync(relay, Sound, 503, "authorization_unavailable", "Authorization unavailable");
        never.SetResult();
    }

    [Fact]
    public async Task A_relay_that_knows_no_configuration_says_so()
    {
        await Functions.GoAwayAsync();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, untilReady: false);

        await AssertRefusedAsync(relay, Sound, 503, "configuration_unavailable", "Configuration unavailable");
    }

    [Fact]
    public async Task Plain_requests_are_refused_alike()
    {
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(
            relay,
            RawClient.Request("GET /echo HTTP/1.1", "Host: gateway.test"),
            403,
            "credentials_missing",
            "Authentication parameters missing");
    }

    private async Task<RawAnswer> AssertRefusedAsync(RunningRelay relay, string request, int status, string code, string title)
    {
        var answer = await relay.SendAsync(request);

        Assert.Equal((status, ProblemDocument.MediaType), (answer.Status, answer.Headers.GetValueOrDefault("Content-Type")));
        var problem = answer.Problem;
        Assert.Equal((status, code, title), (problem.Status, problem.Code, problem.Title));
        Assert.StartsWith("serverless-gateway; error=", answer.Headers["Proxy-Status"], StringComparison.Ordinal);
        Assert.Empty(Server.Heard);
        Assert.Single(relay.Log.Lines, line => line.Id.Id == 1000 && line.Text.EndsWith($"status={status} code={code}", StringComparison.Ordinal));
        return answer;
    }
}
