namespace Serverless.Relay.Handshake;

/// <summary>
/// Where the relay listens. Section <c>Relay:Listen</c>. A port of 0 is chosen by the system, and logged.
/// </summary>
public sealed class ListeningOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:Listen";

    /// <summary>IP address of the public ports. Defaults to 0.0.0.0, every IPv4 address.</summary>
    public string Address { get; set; } = "0.0.0.0";

    /// <summary>Public port without TLS. Defaults to 8080.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>Public port with TLS, usually 8443, for HTTP/1.1 and HTTP/2. Null, the default: none.</summary>
    public int? TlsPort { get; set; }

    /// <summary>
    /// Public port for HTTP/2 without TLS, for clients that know that it is spoken there; the other one without TLS speaks
    /// HTTP/1.1 alone, as the two cannot be told apart. Null, the default: none.
    /// </summary>
    public int? Http2Port { get; set; }

    /// <summary>PEM file with the certificate of the TLS port, and those it was signed with.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// IP address of the management port. Defaults to 127.0.0.1, because it asks nobody who they are.
    /// </summary>
    public string ManagementAddress { get; set; } = "127.0.0.1";

    /// <summary>Port for <c>/live</c>, <c>/ready</c> and <c>/metrics</c>. Defaults to 9090.</summary>
    public int ManagementPort { get; set; } = 9090;

    /// <summary>
    /// How long a client may take for TLS, and then for the head of a request from its first byte. Defaults to 15 s, to the
    /// second: time for a slow phone, and not for one that sends a byte now and then to hold a place.
    /// </summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a connection may wait for its first request, or the next one. Defaults to 130 s, as load balancers keep theirs
    /// for 120 s at most.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// Bytes of all headers of a request together, 1 to 64 KiB: less than is read of a client ahead of what is taken. Defaults
    /// to 32768, as nginx takes.
    /// </summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Headers of a request. Defaults to 100.</summary>
    public int MaxHeaders { get; set; } = 100;

    /// <summary>
    /// IP addresses, or ranges such as <c>10.0.0.0/8</c>, with commas between them, of the proxies in front of the relay that
    /// say truly who a client is. Empty, the default: none, and what requests say of it is replaced.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>
    /// The one header in which they say so. Defaults to X-Forwarded-For and its kin. Both would not do: a proxy that writes
    /// one passes on whatever the client wrote into the other.
    /// </summary>
    public ForwardedHeader TrustedHeader { get; set; } = ForwardedHeader.XForwarded;
}

/// <summary>How proxies say who they speak for.</summary>
public enum ForwardedHeader
{
    /// <summary>X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.</summary>
    XForwarded,

    /// <summary>Forwarded (RFC 7239).</summary>
    Forwarded,
}
