using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Products with public base URLs of their own.</summary>
public sealed class HostRoutingTests : GatewayTests
{
    [Theory]
    [InlineData("echo.example.com", "/room", "/room")]
    [InlineData("ECHO.example.com:12345", "/room", "/room")]
    [InlineData("staging.example.com", "/v1/room", "/room")]
    [InlineData("gateway.test", "/echo/room", "/room")]
    public async Task Host_and_path_lead_to_the_product(string host, string path, string heard)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            ProductionPublicBaseUrl = new Uri("https://echo.example.com"),
            StagingPublicBaseUrl = new Uri("https://staging.example.com/v1/"),
        });
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(
            RawClient.Handshake($"{path}?user_key={Keys.Good}").Replace("gateway.test", host, StringComparison.Ordinal));

        Assert.Equal(101, answer.Status);
        Assert.Equal(heard, Assert.Single(Server.Heard).RawTarget);
    }

    [Fact]
    public async Task Staging_and_production_may_serve_different_versions()
    {
        Functions.Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [] }, Environments.Staging);
        await using var relay = await StartRelayAsync();

        var staging = await relay.SendAsync(RawClient.Handshake($"/staging/echo?user_key={Keys.Good}"));
        var production = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}"));

        Assert.Equal((403, 101), (staging.Status, production.Status));
    }
}
