using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Handshake;

/// <summary>Sets up Kestrel: the ports, and limits that fit a gateway.</summary>
internal sealed class Listeners(IOptions<ListeningOptions> options, EventLoops loops) : IConfigureOptions<KestrelServerOptions>
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
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);

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

        var address = IPAddress.Parse(listen.Address);
        Listen(
            kestrel,
            onLoops ? new LoopEndPoint(address, listen.Port) : new IPEndPoint(address, listen.Port),
            gateway => _gateway = gateway);
        Listen(kestrel, new IPEndPoint(IPAddress.Parse(listen.ManagementAddress), listen.ManagementPort), management =>
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
            Listen(kestrel, new IPEndPoint(address, tlsPort), tls =>
            {
                _gatewayTls = tls;
                tls.UseHttps(https =>
                {
                    https.ServerCertificate = certificate.Own;
                    https.ServerCertificateChain = certificate.Chain;
                });
            });
        }
    }

    // HTTP/1.1 alone: offering HTTP/2 makes browsers try WebSockets over it (RFC 8441), which the relay does not speak.
    private static void Listen(KestrelServerOptions kestrel, IPEndPoint endPoint, Action<ListenOptions> configure) =>
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            configure(listen);
        });
}
