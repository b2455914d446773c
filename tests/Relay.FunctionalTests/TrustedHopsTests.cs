using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Who is believed about where a request comes from.</summary>
public sealed class TrustedHopsTests : GatewayTests
{
    private static readonly string[] Said =
    [
        "X-Forwarded-For: 203.0.113.9, 192.0.2.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: api.test",
        "Forwarded: for=198.51.100.3;proto=https;host=other.test", "X-Real-IP: 203.0.113.9", "X_Forwarded_For: 203.0.113.9",
    ];

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/8, ::1")]
    public async Task What_anybody_says_of_himself_is_replaced(string trusted)
    {
        await using var relay = await StartRelayAsync(("Relay:Listen:TrustedProxies", trusted));

        var heard = await HeardAsync(relay);

        Assert.Equal(("127.0.0.1", "http", "gateway.test"), Words(heard));
        Assert.DoesNotContain("Forwarded", heard.Keys);
        Assert.DoesNotContain("X-Real-IP", heard.Keys);
        Assert.DoesNotContain("X_Forwarded_For", heard.Keys);
        await UntilOpenedAsync(relay, "127.0.0.1");
    }

    [Theory]
    [InlineData("XForwarded", "192.0.2.7, 127.0.0.1", "api.test")]
    [InlineData("Forwarded", "198.51.100.3, 127.0.0.1", "other.test")]
    public async Task What_a_trusted_proxy_says_in_the_trusted_header_is_believed(string header, string chain, string host)
    {
        await using var relay = await StartRelayAsync(
            ("Relay:Listen:TrustedProxies", "127.0.0.1"), ("Relay:Listen:TrustedHeader", header));

        var heard = await HeardAsync(relay);

        Assert.Equal((chain, "https", host), Words(heard));
        Assert.DoesNotContain("Forwarded", heard.Keys);
        await UntilOpenedAsync(relay, chain.Split(',')[0]);
    }

    [Theory]
    [InlineData("192.0.2.0/24", 101)]
    [InlineData("127.0.0.1", 403)]
    public async Task Addresses_are_checked_of_the_client_and_not_of_the_proxy(string accepted, int status)
    {
        var check = new ChainedPolicy
        {
            Name = "ip_check",
            Configuration = JsonDocument.Parse($$"""{"check_type":"whitelist","ips":["{{accepted}}"]}""").RootElement,
        };
        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [check, Snapshots.Policy("websocket")] });
        await using var relay = await StartRelayAsync(("Relay:Listen:TrustedProxies", "127.0.0.0/8"));

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", Said));

        Assert.Equal(status, answer.Status);
    }

    // The line follows the 101.
    private static Task UntilOpenedAsync(RunningRelay relay, string client) => relay.UntilAsync(() => relay.Log.Lines.Any(
        line => line.Id.Id == 1001 && line.Text.Contains($" client={client} ", StringComparison.Ordinal)));

    private async Task<IReadOnlyDictionary<string, string>> HeardAsync(RunningRelay relay)
    {
        var answer = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", Said));
        Assert.Equal(101, answer.Status);
        return Assert.Single(Server.Heard).Headers;
    }

    private static (string For, string Proto, string Host) Words(IReadOnlyDictionary<string, string> headers) =>
        (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Host"]);
}
