using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Upstream;
using Serverless.Relay.Tunnel;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

/// <summary>Dialer, session and tunnel between the streams that they really run on: Kestrel's, sockets', and TLS.</summary>
public sealed class KestrelSessionTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly X509Certificate2 _certificate;
    private readonly TaskCompletionSource<TunnelResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionsRig _rig = new();

    private KestrelPeer? _backend;
    private KestrelPeer? _front;

    public KestrelSessionTests() => _certificate = _certificates.Sign("127.0.0.1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_of_any_size_come_back_and_the_close_too(bool tls)
    {
        using var socket = await OpenAsync(tls, EchoAsync);

        foreach (var size in new[] { 0, 1, 125, 126, 65_535, 65_536, 16 * 1024 * 1024 })
        {
            var message = new byte[size];
            new Random(size).NextBytes(message);
            var sending = socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None).Soon();
            Assert.Equal(message, await ReceiveAsync(socket));
            await sending;
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).Soon();

        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
        var result = await _result.Task.Soon();
        Assert.Equal((TunnelEnd.ClosedByClient, (ushort?)1000, false), (result.End, result.CloseCode, result.Dropped));
        Assert.Equal(7, result.FromClient.Messages);
        Assert.Equal(result.FromClient, result.FromBackend);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backend_that_dies_is_told_to_the_client(bool tls)
    {
        using var socket = await OpenAsync(tls, async (http, backend) =>
        {
            await backend.ReceiveAsync(new byte[1], CancellationToken.None);
            http.Abort();
        });

        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None).Soon();
        await ReceiveAsync(socket);

        Assert.Equal(
            (WebSocketCloseStatus.InternalServerError, "backend connection lost"),
            (socket.CloseStatus, socket.CloseStatusDescription));
        await socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, "", CancellationToken.None).Soon();
        Assert.Equal(TunnelEnd.BackendLost, (await _result.Task.Soon()).End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_dies_is_told_to_the_backend(bool tls)
    {
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var socket = await OpenAsync(tls, async (_, backend) =>
        {
            await backend.ReceiveAsync(new byte[1], CancellationToken.None);
            seen.SetResult(backend.CloseStatusDescription);
            await backend.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", CancellationToken.None);
        });

        socket.Abort();

        Assert.Equal("client connection lost", await seen.Task.Soon());
        Assert.Equal(TunnelEnd.ClientLost, (await _result.Task.Soon()).End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_drain_closes_idle_connections_in_order(bool tls)
    {
        using var socket = await OpenAsync(tls, EchoAsync);

        var draining = _rig.Drain.RunAsync(CancellationToken.None);
        await ReceiveAsync(socket);

        Assert.Equal(
            (WebSocketCloseStatus.EndpointUnavailable, "gateway is shutting down"),
            (socket.CloseStatus, socket.CloseStatusDescription));
        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", CancellationToken.None).Soon();
        await draining.Soon();
        var result = await _result.Task.Soon();
        Assert.Equal((TunnelEnd.ShuttingDown, false), (result.End, result.Dropped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peers_that_only_send_can_be_dropped(bool tls)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var socket = await OpenAsync(tls, (_, backend) => FloodAsync(backend, stop.Task));
        var flooding = FloodAsync(socket, stop.Task);

        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _rig.Drain.RunAsync(hurry.Token).Soon();

        var result = await _result.Task.Soon();
        Assert.Equal((TunnelEnd.ShuttingDown, true), (result.End, result.Dropped));
        stop.SetResult();
        await flooding.Soon();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }

        _certificate.Dispose();
        _certificates.Dispose();
    }

    private async Task<ClientWebSocket> OpenAsync(bool tls, Func<HttpContext, WebSocket, Task> answer)
    {
        _backend = await KestrelPeer.StartAsync(
            async http =>
            {
                using var socket = await http.WebSockets.AcceptWebSocketAsync();
                await answer(http, socket);
            },
            tls ? _certificate : null);
        _front = await KestrelPeer.StartAsync(FrontAsync, tls ? _certificate : null);

        var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => _certificate.Equals(shown);
        await client.ConnectAsync(new UriBuilder(_front.Url) { Scheme = tls ? "wss" : "ws" }.Uri, CancellationToken.None).Soon();
        return client;
    }

    private async Task FrontAsync(HttpContext http)
    {
        using var session = _rig.Sessions.TryOpen(new SessionOwner("echo", "production", null))!;
        var usage = _backend!.Usage(tls: new BackendTls { CaCertificates = _certificates.AuthorityPem });
        var headers = http.Request.Headers
            .Where(h => h.Key.StartsWith("Sec-WebSocket", StringComparison.OrdinalIgnoreCase))
            .Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()));
        var answer = await Dialing.Dialer().OpenAsync(new BackendRequest(usage, "/", [.. headers]), http.RequestAborted);

        var opened = Assert.IsType<UpgradeAnswer.Opened>(answer);
        foreach (var (name, value) in opened.Headers)
        {
            http.Response.Headers.Append(name, value);
        }

        http.Response.Headers.Upgrade = "websocket";
        var client = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var result = await session.RunAsync(client, opened.Connection, new TunnelTerms());
        if (result.Dropped)
        {
            http.Abort();
        }

        _result.SetResult(result);
    }

    private static async Task EchoAsync(HttpContext http, WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is var read
            && read.MessageType != WebSocketMessageType.Close)
        {
            await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, CancellationToken.None);
    }

    private static async Task FloodAsync(WebSocket socket, Task stop)
    {
        var message = Encoding.ASCII.GetBytes(new string('x', 100_000));
        try
        {
            while (!stop.IsCompleted)
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Dropped, as it should be.
        }
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).Soon();
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);

        return message.ToArray();
    }
}
