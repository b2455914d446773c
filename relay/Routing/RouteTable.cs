using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Environments = Serverless.Contracts.Environments;

namespace Serverless.Relay.Routing;

/// <summary>
/// From host and path to an environment of a product. First by public base URL: its host, and of several base paths
/// on one host the longest. Then by path: <c>/{product}</c> is production, <c>/staging/{product}</c> staging. Whole
/// segments as the client spelt them, letter case and escapes included. Immutable.
/// </summary>
internal sealed class RouteTable<T>
    where T : class
{
    private readonly FrozenDictionary<string, HostRoute[]> _hosts;
    private readonly FrozenDictionary<string, T> _production;
    private readonly FrozenDictionary<string, T> _staging;

    /// <summary>
    /// Builds the table. Of two entries that claim the same URL the first is served, and the second named.
    /// </summary>
    public RouteTable(IEnumerable<RouteEntry<T>> entries, ICollection<string> conflicts)
    {
        var hosts = new Dictionary<string, List<HostRoute>>(StringComparer.OrdinalIgnoreCase);
        var production = new Dictionary<string, T>(StringComparer.Ordinal);
        var staging = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            (entry.Environment == Environments.Staging ? staging : production)[entry.Product] = entry.Target;
            if (entry.PublicBaseUrl is { } url)
            {
                var routes = hosts.TryGetValue(HostOf(url), out var known) ? known : hosts[HostOf(url)] = [];
                var basePath = url.AbsolutePath.TrimEnd('/');
                if (routes.Exists(route => route.BasePath == basePath))
                {
                    conflicts.Add($"{url} is the public base URL of another environment already, not of {entry.Product} {entry.Environment}");
                    continue;
                }

                routes.Add(new HostRoute(basePath, entry.Target));
            }
        }

        _hosts = hosts.ToFrozenDictionary(
            pair => pair.Key,
            pair => pair.Value.OrderByDescending(route => route.BasePath.Length).ToArray(),
            StringComparer.OrdinalIgnoreCase);
        _production = production.ToFrozenDictionary(StringComparer.Ordinal);
        _staging = staging.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Finds where a request goes.</summary>
    /// <param name="host">
    /// The Host header. Its port counts only against public base URLs that name a port of their own.
    /// </param>
    /// <param name="path">Path of the target.</param>
    /// <param name="target">What was found.</param>
    /// <param name="rest">The path that is left for the product, <c>/</c> at least.</param>
    public bool TryFind(string host, string path, [NotNullWhen(true)] out T? target, out string rest) =>
        TryFindByHost(host, path, out target, out rest) || TryFindByPath(path, out target, out rest);

    private bool TryFindByHost(string host, string path, [NotNullWhen(true)] out T? target, out string rest)
    {
        var known = _hosts.TryGetValue(host, out var routes);
        if (!known && host.LastIndexOf(':') is > 0 and var port && !host.EndsWith(']'))
        {
            known = _hosts.TryGetValue(host[..port], out routes);
        }

        foreach (var route in known ? routes! : [])
        {
            if (PathPrefix.TryRemove(path, route.BasePath, out rest))
            {
                target = route.Target;
                return true;
            }
        }

        target = null;
        rest = path;
        return false;
    }

    private bool TryFindByPath(string path, [NotNullWhen(true)] out T? target, out string rest)
    {
        const string prefix = "/" + Environments.Staging;
        var isStaging = PathPrefix.TryRemove(path, prefix, out var afterPrefix);
        var products = isStaging ? _staging : _production;
        var afterSlash = isStaging ? afterPrefix : path;

        var slash = afterSlash.IndexOf('/', 1);
        var name = afterSlash.AsSpan(1, (slash < 0 ? afterSlash.Length : slash) - 1);
        rest = slash < 0 ? "/" : afterSlash[slash..];
        return products.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out target);
    }

    private static string HostOf(Uri url) => url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}";

    private sealed record HostRoute(string BasePath, T Target);
}
