using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>A client with one HTTP/2 connection to a relay, on which it opens WebSockets and asks for other things.</summary>
internal sealed class Http2Client(string address, X509Certificate2? server = null) : IDisposable
{
    private readonly HttpMessageInvoker _connection = new(new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == server?.GetCertHashString(),
        },
    });

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string target, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new Uri(Url(target).ToString().Replace("http", "ws", StringComparison.Ordinal)), _connection, default).Soon();
        return socket;
    }

    /// <summary>An extended CONNECT whose headers and stream are the test's to spoil.</summary>
    public Task<HttpResponseMessage> ConnectRawAsync(string target, string protocol = "websocket", string version = "13")
    {
        var request = new HttpRequestMessage(HttpMethod.Connect, Url(target));
        request.Headers.Protocol = protocol;
        request.Headers.Add("Sec-WebSocket-Version", version);
        return SendAsync(request);
    }

    /// <summary>Any request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, Url(target)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return SendAsync(request);
    }

    public void Dispose() => _connection.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return _connection.SendAsync(request, CancellationToken.None).Soon();
    }

    private Uri Url(string target) => new(new Uri(address), target);
}
