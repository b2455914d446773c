using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>One private base URL of a backend, and what follows from it.</summary>
/// <param name="Usage">The backend.</param>
/// <param name="Url">http, https, ws or wss.</param>
internal sealed record BackendEndpoint(BackendUsage Usage, Uri Url)
{
    /// <summary>Whether it is spoken to over TLS.</summary>
    public bool UsesTls => Url.Scheme is "https" or "wss";

    /// <summary>The name or address to connect to; IPv6 without brackets.</summary>
    public string HostToDial => Url.IdnHost;

    /// <summary>Its own value of the Host header: host, and port where it is not the scheme's own.</summary>
    public string HostHeader => Url.IsDefaultPort ? Host : Authority;

    /// <summary>Host and port.</summary>
    public string Authority => $"{Host}:{Url.Port}";

    /// <summary>Request target: the base URL's own path, then <paramref name="pathAndQuery"/> as it is.</summary>
    public string Target(string pathAndQuery) => Url.AbsolutePath.TrimEnd('/') + pathAndQuery;

    private string Host => Url.HostNameType == UriHostNameType.IPv6 ? $"[{Url.IdnHost}]" : Url.IdnHost;
}
