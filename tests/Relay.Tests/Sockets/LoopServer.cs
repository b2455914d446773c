using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sockets;

/// <summary>Kestrel over the relay's transport, and one handler for all requests.</summary>
internal sealed class LoopServer : IAsyncDisposable
{
    public const string Upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    private readonly WebApplication _server;
    private readonly EventLoops _loops;

    private LoopServer(WebApplication server, EventLoops loops) => (_server, _loops) = (server, loops);

    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<LoopServer> StartAsync(RequestDelegate handler, IPAddress? address = null)
    {
        var loops = new EventLoops(() => 2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loops).AddSingleton<IConnectionListenerFactory, LoopTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(new LoopEndPoint(address ?? IPAddress.Loopback, 0), listen => listen.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        server.Run(handler);
        await server.StartAsync().Soon();
        return new LoopServer(server, loops);
    }

    /// <summary>A server that upgrades, takes the connection away from Kestrel, and sends back all that comes.</summary>
    public static Task<LoopServer> EchoDetachedAsync() => StartAsync(async http =>
    {
        await using var upgraded = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await using var detached = await http.Features.GetRequiredFeature<IDetachableConnection>().TryDetachAsync();
        await detached!.CopyToAsync(detached);
    });

    public async Task<Wire> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port).Soon();
        return new Wire(socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(now.Token).Soon();
        await _server.DisposeAsync().Soon();
        _loops.Dispose();
    }
}
