using System.Net.WebSockets;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>Two relays that hear of events, and a product that both serve.</summary>
public abstract class TwoRelayTests : IAsyncLifetime
{
    private protected GatewayProcesses Gateway { get; private set; } = null!;

    private protected EchoProduct Echo { get; private set; } = null!;

    /// <summary>Where the one relay serves it, key included.</summary>
    private protected Uri Here => Echo.Url(Gateway, "production");

    /// <summary>Where the other one does.</summary>
    private protected Uri There => Gateway.SecondUrl(Here);

    public async Task InitializeAsync()
    {
        Gateway = await GatewayProcesses.StartAsync(events: true);
        Echo = await EchoProduct.CreateAsync(Gateway, "echo");
        await ServedAsync();
    }

    public async Task DisposeAsync() => await Gateway.DisposeAsync();

    private protected static Uri Http(Uri url) => new UriBuilder(url) { Scheme = "http" }.Uri;

    private protected static async Task<ClientWebSocket> OpenAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(url, CancellationToken.None).Soon();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Code and text of the Close that comes next.</summary>
    private protected static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var result = await socket.ReceiveAsync(new byte[256], CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        return $"{(int)result.CloseStatus!} {result.CloseStatusDescription}";
    }

    /// <summary>Waits until both relays serve it.</summary>
    private protected async Task ServedAsync()
    {
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Status == 101);
        await Handshake.AnsweredAsync(Http(There), answer => answer.Status == 101);
    }
}
