using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Serverless.Relay.Overload;

namespace Serverless.Relay.Handshake;

/// <summary>Sets up Kestrel: the ports, and limits that fit a gateway.</summary>
internal sealed class Listeners(IOptions<ListeningOptions> options, Occupancy occupancy) : IConfigureOptions<KestrelServerOptions>
{
    private ListenOptions? _gateway;
    private ListenOptions? _gatewayTls;
    private ListenOptions? _management;

    /// <summary>Address of the public port, once bound.</summary>
    public string Gateway => $"http://{_gateway!.IPEndPoint}";

    /// <summary>Address of the public port with TLS, once bound; null when there is none.</summary>
    public string? GatewayTls => _gatewayTls is null ? null : $"https://{_gatewayTls.IPEndPoint}";

    /// <summary>Address of the management port, once bound.</summary>
    public string Management => $"http://{_management!.IPEndPoint}";

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Bodies are streamed to the backend, which knows how large they may be.
        kestrel.Limits.MaxRequestBodySize = null;

        kestrel.RequestHeaderEncodingSelector = name =>
            name.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? ConnectionHeaderEncoding.Instance : null;

        // The dialer reads the backend's headers so: their values pass byte for byte, whatever their charset.
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;

        ListeningOptions listen;
        try
        {
            listen = options.Value;
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

        Listen(kestrel, listen.Address, listen.Port, gateway =>
        {
            _gateway = gateway;
            gateway.Use(Count);
        });
        Listen(kestrel, listen.ManagementAddress, listen.ManagementPort, management =>
        {
            _management = management;
            management.Use(next => connection =>
            {
                connection.Features.Set(new ManagementConnection());
                return next(connection);
            });
        });

        if (listen.TlsPort is { } tlsPort)
        {
            var certificate = ServerCertificate.TryLoad(listen, out var error) ?? throw new InvalidOperationException(error);
            Listen(kestrel, listen.Address, tlsPort, tls =>
            {
                _gatewayTls = tls;
                tls.Use(Count);
                tls.UseHttps(https =>
                {
                    https.ServerCertificate = certificate.Own;
                    https.HandshakeTimeout = listen.HeadersTimeout;
                    https.ServerCertificateChain = certificate.Chain;
                });
            });
        }
    }

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

    // HTTP/1.1 alone: offering HTTP/2 makes browsers try WebSockets over it (RFC 8441), which the relay does not speak.
    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<ListenOptions> configure) =>
        kestrel.Listen(IPAddress.Parse(address), port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            configure(listen);
        });
}
