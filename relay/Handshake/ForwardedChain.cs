using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// What trusted hops say of a request's way to them: walked from the relay outwards, until the first address that is
/// not trusted. That one is the client; what it said of others is anybody's word, and dropped.
/// </summary>
/// <param name="Client">The nearest address that is not trusted, or the furthest that is known.</param>
/// <param name="Hops">The trusted ones between it and the relay, outermost first, the connection's own last.</param>
/// <param name="Scheme">The scheme that the client used; null when nobody says.</param>
/// <param name="Host">The host that the client asked for; null when nobody says.</param>
internal sealed record ForwardedChain(IPAddress Client, IReadOnlyList<IPAddress> Hops, string? Scheme, string? Host)
{
    // No real chain is longer, and each element is looked at for every request.
    private const int MaxHops = 32;

    /// <summary>Reads X-Forwarded-For, -Proto and -Host, the nearest hop's elements last.</summary>
    public static ForwardedChain OfXForwarded(IPAddress peer, IHeaderDictionary headers, Func<IPAddress, bool> trusts)
    {
        var addresses = HeaderTokens.Of(headers["X-Forwarded-For"]).TakeLast(MaxHops).ToList();
        var (client, hops) = Walk(peer, addresses, trusts);
        return new(
            client,
            hops,
            SchemeOf(At(HeaderTokens.Of(headers["X-Forwarded-Proto"]).ToList(), hops.Count)),
            HostOf(At(HeaderTokens.Of(headers["X-Forwarded-Host"]).ToList(), hops.Count)));
    }

    /// <summary>Reads Forwarded (RFC 7239): an element for each hop, with <c>for</c>, <c>proto</c> and <c>host</c>.</summary>
    public static ForwardedChain OfForwarded(IPAddress peer, IHeaderDictionary headers, Func<IPAddress, bool> trusts)
    {
        var lines = headers["Forwarded"].Select(line => KeyValuePair.Create("Forwarded", line ?? ""));
        var elements = lines.Elements("Forwarded").TakeLast(MaxHops).ToList();
        var (client, hops) = Walk(peer, elements.ConvertAll(element => Parameter(element, "for") ?? ""), trusts);
        var outermost = At(elements, hops.Count) ?? "";
        return new(client, hops, SchemeOf(Parameter(outermost, "proto")), HostOf(Parameter(outermost, "host")));
    }

    private static (IPAddress Client, List<IPAddress> Hops) Walk(IPAddress peer, List<string> addresses, Func<IPAddress, bool> trusts)
    {
        var client = peer;
        List<IPAddress> hops = [];
        for (var i = addresses.Count - 1; i >= 0 && trusts(client) && AddressOf(addresses[i]) is { } next; i--)
        {
            hops.Insert(0, client);
            client = next;
        }

        return (client, hops);
    }

    // The n-th hop from the relay wrote the n-th element from the end, if all of them write one.
    private static string? At(List<string> elements, int hops) =>
        elements.Count == 0 ? null : elements[Math.Max(0, elements.Count - Math.Max(1, hops))];

    // 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1], [2001:db8::1]:4711; not "unknown", nor an obfuscated one.
    private static IPAddress? AddressOf(string node)
    {
        var end = node.StartsWith('[') ? node.IndexOf(']') : -1;
        var colon = node.IndexOf(':');
        var address = end > 0 ? node[1..end]
            : colon > 0 && colon == node.LastIndexOf(':') ? node[..colon]
            : node;
        return IPAddress.TryParse(address, out var parsed) && (parsed.AddressFamily == AddressFamily.InterNetworkV6 || address.Count(c => c == '.') == 3)
            ? parsed
            : null;
    }

    private static string? SchemeOf(string? scheme) => scheme?.ToLowerInvariant() switch
    {
        "http" or "ws" => "http",
        "https" or "wss" => "https",
        _ => null,
    };

    private static string? HostOf(string? host)
    {
        if (host is null)
        {
            return null;
        }

        var (name, port) = (new HostString(host).Host, new HostString(host).Port);
        var whole = port is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
        return whole == host && Uri.CheckHostName(name) != UriHostNameType.Unknown ? host : null;
    }

    // RFC 7239 §4: pairs, with names in any case, and values that are tokens or quoted.
    private static string? Parameter(string element, string name) => element
        .Split(';', StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(pair => pair[1].Trim('"'))
        .FirstOrDefault();
}
