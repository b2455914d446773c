using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>
/// HTTP clients with their pooled connections, one for each origin and way to trust it. One that no request has used for
/// a while is disposed of, and so is the longest unused one where there are too many.
/// </summary>
internal sealed class ForwardingClients(
    ClientCertificates certificates, TimeProvider time, ILogger<ForwardingClients> log)
    : IDisposable
{
    private const int MaxClients = 256;

    // Longer than pooled connections live idle, so that disposing closes nothing that could still be of use.
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Client> _clients = [];

    /// <summary>How many clients there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _clients.Count;
            }
        }
    }

    /// <summary>Borrows the client for an endpoint; it is not disposed of before the lease is.</summary>
    /// <exception cref="CryptographicException">A certificate that the settings name cannot be read.</exception>
    public Lease Borrow(BackendEndpoint endpoint, TimeSpan connectTimeout)
    {
        var tls = endpoint.Usage.Tls;
        var own = endpoint.UsesTls ? certificates.Find(tls.ClientCertificate) : null;
        var key = new Key(endpoint.UsesTls, endpoint.HostToDial, endpoint.Url.Port, tls, own, connectTimeout);
        lock (_lock)
        {
            if (!_clients.TryGetValue(key, out var client))
            {
                Evict();
                client = new Client(Create(endpoint, key));
                _clients.Add(key, client);
            }

            client.InUse++;
            return new Lease(this, client);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var client in _clients.Values)
            {
                client.Invoker.Dispose();
            }

            _clients.Clear();
        }
    }

    private void Return(Client client)
    {
        lock (_lock)
        {
            client.InUse--;
            client.LastUsed = time.GetTimestamp();
        }
    }

    private void Evict()
    {
        var unused = _clients.Where(entry => entry.Value.InUse == 0).OrderBy(entry => entry.Value.LastUsed).ToList();
        foreach (var (key, client) in unused)
        {
            if (_clients.Count < MaxClients && time.GetElapsedTime(client.LastUsed) < MaxIdle)
            {
                break;
            }

            _clients.Remove(key);
            client.Invoker.Dispose();
        }
    }

    // The gateway decides about redirects, cookies and codings as little as possible: they are the client's affair.
    private HttpMessageInvoker Create(BackendEndpoint endpoint, Key key) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = key.ConnectTimeout,
        ConnectCallback = (_, cancel) => ConnectAsync(endpoint, key, cancel),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1,
    });

    // TLS begins here and not in the handler, which would ask for the name in the Host header whatever the settings say.
    private async ValueTask<Stream> ConnectAsync(BackendEndpoint endpoint, Key key, CancellationToken cancel)
    {
        var connection = await BackendConnection.OpenAsync(endpoint, key.ConnectTimeout, time, loop: null, cancel);
        if (!endpoint.UsesTls)
        {
            return connection;
        }

        var secured = new SslStream(connection);
        try
        {
            var tls = BackendTrust.Options(
                endpoint,
                key.Own,
                complaint => UpstreamLog.CertificateRefused(log, endpoint.Usage.Backend, endpoint.HostHeader, complaint));
            await secured.AuthenticateAsClientAsync(tls, cancel);
            return secured;
        }
        catch (Exception e)
        {
            await secured.DisposeAsync();
            if (e is IOException)
            {
                throw new AuthenticationException(e.Message, e);
            }

            throw;
        }
    }

    /// <summary>A client in use.</summary>
    internal readonly struct Lease(ForwardingClients owner, Client client) : IDisposable
    {
        public HttpMessageInvoker Invoker => client.Invoker;

        public void Dispose() => owner.Return(client);
    }

    /// <summary>A client, and whether it may go.</summary>
    internal sealed class Client(HttpMessageInvoker invoker)
    {
        public HttpMessageInvoker Invoker => invoker;

        public int InUse { get; set; }

        public long LastUsed { get; set; }
    }

    private sealed record Key(
        bool Tls, string Host, int Port, BackendTls Trust, SslStreamCertificateContext? Own, TimeSpan ConnectTimeout);
}
