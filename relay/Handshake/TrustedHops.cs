using System.Net;
using Microsoft.Extensions.Options;
using Serverless.Relay.Policies;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Finds out who a request comes from when it comes through other proxies: <see cref="ListeningOptions.TrustedProxies"/> are
/// believed, nobody else is.
/// </summary>
internal sealed class TrustedHops(IOptions<ListeningOptions> options)
{
    private readonly List<AddressRange> _ranges = [.. Ranges(options.Value.TrustedProxies).OfType<AddressRange>()];
    private readonly bool _standard = options.Value.TrustedHeader == ForwardedHeader.Forwarded;

    /// <summary>The ranges of a setting; null where one is none.</summary>
    public static IEnumerable<AddressRange?> Ranges(string setting) =>
        setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(AddressRange.Parse);

    /// <summary>
    /// Puts the client's address, scheme and host in place of the nearest hop's, for all that look at the request later, and
    /// keeps the hops between for the backend.
    /// </summary>
    public void Resolve(HttpContext http)
    {
        if (_ranges.Count == 0 || http.Connection.RemoteIpAddress is not { } peer || !Trusts(peer))
        {
            return;
        }

        var chain = _standard
            ? ForwardedChain.OfForwarded(peer, http.Request.Headers, Trusts)
            : ForwardedChain.OfXForwarded(peer, http.Request.Headers, Trusts);
        http.Features.Set(chain);
        if (chain.Hops.Count > 0)
        {
            (http.Connection.RemoteIpAddress, http.Connection.RemotePort) = (chain.Client, 0);
        }

        http.Request.Scheme = chain.Scheme ?? http.Request.Scheme;
        http.Request.Host = chain.Host is { } host ? new HostString(host) : http.Request.Host;
    }

    private bool Trusts(IPAddress address) => _ranges.Exists(range => range.Contains(address));
}
