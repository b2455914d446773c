using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>What follows from a backend's private base URL.</summary>
internal static class BackendAddress
{
    /// <summary>Whether the backend is spoken to over TLS.</summary>
    public static bool UsesTls(this BackendUsage usage) => usage.PrivateBaseUrl.Scheme is "https" or "wss";

    /// <summary>The name or address to connect to; IPv6 without brackets.</summary>
    public static string HostToDial(this BackendUsage usage) => usage.PrivateBaseUrl.IdnHost;

    /// <summary>Value of the Host header: host, and port where it is not the scheme's own.</summary>
    public static string HostHeader(this BackendUsage usage)
    {
        var url = usage.PrivateBaseUrl;
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }

    /// <summary>Request target: the base URL's own path, then <paramref name="pathAndQuery"/> as it is.</summary>
    public static string Target(this BackendUsage usage, string pathAndQuery) =>
        usage.PrivateBaseUrl.AbsolutePath.TrimEnd('/') + pathAndQuery;
}
