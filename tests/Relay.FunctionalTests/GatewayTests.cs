using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>
/// Functions and a private server with the tutorial's product promoted to both environments; a relay on demand.
/// </summary>
public abstract class GatewayTests : IAsyncLifetime
{
    private protected ManagementServer Functions { get; private set; } = null!;

    private protected Backend Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Functions = await ManagementServer.StartAsync();
        Server = await Backend.StartAsync();
        Promote(Snapshots.Echo(Server.Address));
    }

    public async Task DisposeAsync()
    {
        await Functions.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected void Promote(ProductSnapshot snapshot)
    {
        Functions.Promote(snapshot, Environments.Staging);
        Functions.Promote(snapshot, Environments.Production);
    }

    /// <summary>What carries tunnels, and with them their handshakes. It must make no difference.</summary>
    private protected virtual string Engine => "auto";

    private protected Task<RunningRelay> StartRelayAsync(params (string Key, string Value)[] settings) =>
        RunningRelay.StartAsync(Functions.Address, settings: [("Relay:Tunnel:Engine", Engine), .. settings]);

    private protected static AuthorizationAnswer Denied(string reason, int cacheSeconds = 0, int? retryAfter = null) =>
        new() { Authorized = false, Reason = reason, CacheSeconds = cacheSeconds, RetryAfterSeconds = retryAfter };

    private protected static AuthorizationAnswer Granted(int cacheSeconds) =>
        new() { Authorized = true, Application = "app-1", Plan = "basic", CacheSeconds = cacheSeconds };
}
