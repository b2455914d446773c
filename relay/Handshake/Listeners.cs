using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Serverless.Relay.Overload;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Handshake;

/// <summary>Sets up Kestrel: the ports, and limits that fit a gateway.</summary>
internal sealed class Listeners(IOptions<ListeningOptions> options, Occupancy occupancy, EventLoops loops) : IConfigureOptions<KestrelServerOptions>
{
    // What one WebSocket over HTTP/2 may have under way, and how many a connection has. The connection may have all of that:
    // else two clients whose backends do not read would stop all others.
    private const int StreamWindow = 128 * 1024;
    private const int StreamsPerConnection = 100;

    private ListenOptions? _gateway;
    private ListenOptions? _gatewayTls;
    private ListenOptions? _gatewayHttp2;
    private ListenOptions? _management;

    /// <summary>Address of the public port, once bound.</summary>
    public string Gateway => $"http://{_gateway!.IPEndPoint}";

    /// <summary>Address of the public port with TLS, once bound; null when there is none.</summary>
    public string? GatewayTls => _gatewayTls is null ? null : $"https://{_gatewayTls.IPEndPoint}";

    /// <summary>Address of the public port for HTTP/2 without TLS, once bound; null when there is none.</summary>
    public string? GatewayHttp2 => _gatewayHttp2 is null ? null : $"http://{_gatewayHttp2.IPEndPoint}";

    /// <summary>Address of the management port, once bound.</summary>
    public string Management => $"http://{_management!.IPEndPoint}";

    /// <summary>The rate below which a client that reads an answer over HTTP/1.1 is given up. Kestrel's own default.</summary>
    public static MinDataRate SlowestReader { get; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Bodies are streamed to the backend, which knows how large they may be.
        kestrel.Limits.MaxRequestBodySize = null;

        // For HTTP/2 this would end the connection with all its streams because one does not read; for HTTP/1.1 the gateway
        // sets it.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.InitialConnectionWindowSize = StreamsPerConnection * StreamWindow;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;

        kestrel.RequestHeaderEncodingSelector = name =>
            name.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? ConnectionHeaderEncoding.Instance : null;

        // The dialer reads the backend's headers so: their values pass byte for byte, whatever their charset.
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;

        ListeningOptions listen;
        bool onLoops;
        try
        {
            listen = options.Value;
            onLoops = loops.Any;
        }
        catch (OptionsValidationException)
        {
            // Kestrel is made before settings are checked: the check names this one together with all others.
            return;
        }

        kestrel.Limits.RequestHeadersTimeout = listen.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = listen.IdleTimeout;
        kestrel.Limits.MaxRequestHeadersTotalSize = listen.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = listen.MaxHeaders;
        ListenForClients(kestrel, listen, onLoops);
        Listen(kestrel, new IPEndPoint(IPAddress.Parse(listen.ManagementAddress), listen.ManagementPort), HttpProtocols.Http1, management =>
        {
            _management = management;
            management.Use(next => connection =>
            {
                connection.Features.Set(new ManagementConnection());
                return next(connection);
            });
        });
    }

    private void ListenForClients(KestrelServerOptions kestrel, ListeningOptions listen, bool onLoops)
    {
        var address = IPAddress.Parse(listen.Address);
        var plain = onLoops ? new LoopEndPoint(address, listen.Port) : new IPEndPoint(address, listen.Port);
        Listen(kestrel, plain, HttpProtocols.Http1, gateway =>
        {
            _gateway = gateway;
            gateway.Use(Count);
        });
        if (listen.Http2Port is { } http2Port)
        {
            Listen(kestrel, new IPEndPoint(address, http2Port), HttpProtocols.Http2, http2 =>
            {
                _gatewayHttp2 = http2;
                http2.Use(Count);
            });
        }

        if (listen.TlsPort is { } tlsPort)
        {
            var certificate = ServerCertificate.TryLoad(listen, out var error) ?? throw new InvalidOperationException(error);
            Listen(kestrel, new IPEndPoint(address, tlsPort), HttpProtocols.Http1AndHttp2, tls =>
            {
                _gatewayTls = tls;
                tls.Use(Count);
                tls.UseHttps(https =>
                {
                    https.ServerCertificate = certificate.Own;
                    https.ServerCertificateChain = certificate.Chain;
                    https.HandshakeTimeout = listen.HeadersTimeout;
                });
            });
        }
    }

    private static void Listen(
        KestrelServerOptions kestrel, IPEndPoint endPoint, HttpProtocols protocols, Action<ListenOptions> configure) =>
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = protocols;
            configure(listen);
        });

    private ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        if (!occupancy.TryConnect())
        {
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            occupancy.Disconnect();
        }
    };
}
