using Serverless.Relay.Routing;

namespace Serverless.Relay.Configuration;

/// <summary>What the relay serves now: swapped whole, read once per request.</summary>
internal sealed class LiveConfiguration
{
    private RouteTable<ServedProduct>? _routes;

    /// <summary>The table, or null before the first load.</summary>
    public RouteTable<ServedProduct>? Routes => Volatile.Read(ref _routes);

    /// <summary>Serves this from now on.</summary>
    public void Swap(RouteTable<ServedProduct> routes) => Volatile.Write(ref _routes, routes);
}
