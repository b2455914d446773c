using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Serverless.Contracts;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Upstream;

/// <summary>A backend that answers with the very bytes a test gives it, over TCP or TLS.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Stream, Task> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly ConcurrentQueue<string?> _serverNames = new();
    private readonly Task _serving;

    private RawBackend(Func<Stream, Task> answer, X509Certificate2? certificate)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Heads of the requests it got.</summary>
    public IReadOnlyCollection<string> Heads => _heads;

    /// <summary>Names that clients asked for by SNI.</summary>
    public IReadOnlyCollection<string?> ServerNames => _serverNames;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Sends <paramref name="answer"/> after the request's head, and leaves the connection open.</summary>
    public static RawBackend Answering(string answer, X509Certificate2? certificate = null) =>
        new(stream => stream.WriteAsync(Encoding.Latin1.GetBytes(answer)).AsTask(), certificate);

    /// <summary>Does as told after the request's head; the connection is closed by the test's end, or by the answer.</summary>
    public static RawBackend Answering(Func<Stream, Task> answer, X509Certificate2? certificate = null) =>
        new(answer, certificate);

    public BackendUsage Usage(string path = "/", string host = "127.0.0.1", BackendTls? tls = null) => new()
    {
        Backend = "raw",
        Path = "/",
        PrivateBaseUrl = new Uri($"{(_certificate is null ? "ws" : "wss")}://{host}:{Port}{path}"),
        Tls = tls ?? new BackendTls(),
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.Soon();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or InvalidOperationException)
        {
            // Cancelled while it waits, or stopped before it waits again.
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_certificate is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateSelectionCallback = (_, name) =>
                        {
                            _serverNames.Enqueue(name);
                            return _certificate;
                        },
                        ApplicationProtocols = [SslApplicationProtocol.Http11],
                    },
                    _stop.Token);
            }

            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(one, _stop.Token) == 0)
                {
                    return;
                }

                head.Append((char)one[0]);
            }

            _heads.Enqueue(head.ToString());
            await _answer(stream);
            await stream.CopyToAsync(Stream.Null, _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
        {
            // The relay hung up, refused the certificate, or the test is over.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
