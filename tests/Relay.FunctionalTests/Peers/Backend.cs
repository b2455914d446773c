using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>A request as a backend heard it.</summary>
internal sealed record HeardRequest(string Method, string RawTarget, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// A real private server: says <c>something</c> on connect and <c>reply from server : </c> to each message, as the
/// tutorial's.
/// </summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _server;

    private Backend(WebApplication server) => _server = server;

    /// <summary>Every request that reached it.</summary>
    public ConcurrentQueue<HeardRequest> Heard { get; } = new();

    /// <summary>When set, what it answers instead.</summary>
    public RequestDelegate? Instead { get; set; }

    public Uri Address => new(_server.Urls.Single());

    /// <summary>Starts one, over TLS if wanted, that lets in who shows a certificate of a thumbprint if one is asked for.</summary>
    public static async Task<Backend> StartAsync(bool tls = false, Func<string>? client = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (tls)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = Certificates.SelfSigned("localhost");
                    https.ClientCertificateMode = client is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (shown, _, _) => shown.Thumbprint == client?.Invoke();
                });
            }
        }));
        var backend = new Backend(builder.Build());
        backend._server.UseWebSockets();
        backend._server.Run(backend.AnswerAsync);
        await backend._server.StartAsync().Soon();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token).Soon();
        await _server.DisposeAsync().Soon();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Heard.Enqueue(new HeardRequest(
            http.Request.Method,
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (Instead is { } instead)
        {
            await instead(http);
        }
        else if (http.WebSockets.IsWebSocketRequest)
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync(http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
            await ReplyAsync(socket, http.RequestAborted);
        }
        else
        {
            await http.Response.WriteAsync($"{http.Request.Method} over http");
        }
    }

    private static async Task ReplyAsync(WebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        await socket.SendAsync("something"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancel);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, cancel);
                return;
            }

            byte[] reply = [.. "reply from server : "u8, .. buffer.AsSpan(0, received.Count)];
            await socket.SendAsync(reply, received.MessageType, received.EndOfMessage, cancel);
        }
    }
}
