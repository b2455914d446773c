using System.Text;
using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What policies do to real handshakes and requests, beyond letting them pass.</summary>
public sealed class PolicyTests : GatewayTests
{
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Theory]
    [InlineData("origin", """{"allow":["https://app.example.com"]}""", "origin_not_allowed")]
    [InlineData("ip_check", """{"check_type":"blacklist","ips":["127.0.0.0/8"]}""", "ip_not_allowed")]
    public async Task A_policy_refuses_before_the_key_is_judged_and_the_backend_hears(string policy, string settings, string code)
    {
        Chain(policy, settings);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", "Origin: https://evil.example.com"));

        Assert.Equal((403, code), (answer.Status, answer.Problem.Code));
        Assert.Empty(Functions.Questions);
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task A_page_that_is_allowed_opens_a_tunnel()
    {
        Chain("origin", """{"allow":["https://app.example.com"],"allow_missing":false}""");
        await using var relay = await StartRelayAsync();

        Assert.Equal(403, (await relay.SendAsync(Sound)).Status);
        Assert.Equal(101, (await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", "Origin: https://app.example.com"))).Status);
    }

    [Fact]
    public async Task Maintenance_answers_in_its_own_words()
    {
        Chain("maintenance_mode", """{"status":530,"message":"Zurück um 8.","message_content_type":"text/markdown; charset=utf-8"}""");
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(Sound);

        Assert.Equal((530, "text/markdown; charset=utf-8", "13"), (answer.Status, answer.Headers["Content-Type"], answer.Headers["Content-Length"]));
        Assert.Single(relay.Log.Lines, line => line.Id.Id == 1000 && line.Text.EndsWith("status=530 code=maintenance", StringComparison.Ordinal));
        Assert.Empty(Server.Heard);
    }

    [Fact]
    public async Task Headers_are_changed_for_the_backend_and_in_every_answer_of_it()
    {
        Chain(
            "headers",
            """
            {"request":[{"op":"set","header":"X-Stage","value":"test"},{"op":"delete","header":"User-Agent"},{"op":"push","header":"X-Forwarded-For","value":"me"}],
             "response":[{"op":"set","header":"X-Gateway","value":"here"},{"op":"delete","header":"Server"}]}
            """);
        await using var relay = await StartRelayAsync();
        string[] more = ["User-Agent: spy", "X-Stage: forged"];

        var upgraded = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", more));
        var plain = await relay.SendAsync(RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", ["Host: gateway.test", .. more]));
        Server.Instead = http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var declined = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", more));
        var refused = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Bad}", more));

        Assert.Equal((101, 200, 404, 403), (upgraded.Status, plain.Status, declined.Status, refused.Status));
        foreach (var answer in new[] { upgraded, plain, declined })
        {
            Assert.Equal("here", answer.Headers["X-Gateway"]);
            Assert.DoesNotContain("Server", answer.Headers.Keys);
        }

        Assert.DoesNotContain("X-Gateway", refused.Headers.Keys);
        foreach (var heard in Server.Heard)
        {
            Assert.Equal(("test", "127.0.0.1, me"), (heard.Headers["X-Stage"], heard.Headers["X-Forwarded-For"].Replace(",me", ", me", StringComparison.Ordinal)));
            Assert.DoesNotContain("User-Agent", heard.Headers.Keys);
        }
    }

    [Fact]
    public async Task Who_brings_no_key_comes_in_with_the_default_one_and_who_brings_a_wrong_one_does_not()
    {
        Chain("default_credentials", $$"""{"auth_type":"user_key","user_key":"{{Keys.Good}}"}""");
        await using var relay = await StartRelayAsync();

        Assert.Equal(101, (await relay.SendAsync(RawClient.Handshake("/echo"))).Status);
        var wrong = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Bad}"));

        Assert.Equal((403, "user_key_invalid"), (wrong.Status, wrong.Problem.Code));
        Assert.DoesNotContain(Keys.Good, string.Join('\n', relay.Log.Lines.Select(line => line.Text)), StringComparison.Ordinal);
        Assert.All(Server.Heard, heard => Assert.DoesNotContain(Keys.Good, heard.RawTarget, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backend_that_is_silent_for_longer_than_the_product_waits_is_given_up(bool upgrade)
    {
        Chain("upstream_connection", """{"read_timeout":0.2}""");
        var never = new TaskCompletionSource();
        Server.Instead = http => never.Task.WaitAsync(http.RequestAborted);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(upgrade
            ? Sound
            : RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test"));

        Assert.Equal((504, "backend_timeout"), (answer.Status, answer.Problem.Code));
        never.SetResult();
    }

    [Fact]
    public async Task A_tunnel_through_which_nothing_passes_is_ended_when_its_time_is_up()
    {
        Chain("websocket_lifetime", """{"idle_timeout":10}""");
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, time);
        using var socket = await RawSocket.OpenAsync(relay.Address, $"/echo?user_key={Keys.Good}");

        await socket.ReadFrameAsync();
        var closing = socket.ReadFrameAsync();
        await relay.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return relay.Log.Lines.Any(line => line.Id.Name == "Closed");
        });

        var (opcode, payload) = await closing.Soon();
        Assert.Equal((8, "idle for too long"), (opcode, Encoding.UTF8.GetString(payload.AsSpan(2))));
        Assert.Contains("end=idle_timed_out code=", relay.Log.Lines.Single(line => line.Id.Name == "Closed").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_credentials_may_be_an_identifier_and_a_key()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Credentials = new CredentialSettings { Mode = CredentialMode.AppId },
            PolicyChain =
            [
                new ChainedPolicy
                {
                    Name = "default_credentials",
                    Configuration = JsonDocument.Parse("""{"auth_type":"app_id_and_app_key","app_id":"guests","app_key":"key"}""").RootElement,
                },
                Snapshots.Policy("websocket"),
            ],
        });
        Functions.Judge = question => question is { AppId: "guests", AppKey: "key", UserKey: null }
            ? Granted(cacheSeconds: 0)
            : Denied(AuthorizationReasons.ApplicationNotFound);
        await using var relay = await StartRelayAsync();

        Assert.Equal(101, (await relay.SendAsync(RawClient.Handshake("/echo"))).Status);
    }

    private void Chain(string policy, string settings) => Promote(Snapshots.Echo(Server.Address, version: 2) with
    {
        PolicyChain =
        [
            new ChainedPolicy { Name = policy, Configuration = JsonDocument.Parse(settings).RootElement },
            Snapshots.Policy("websocket"),
        ],
    });
}
