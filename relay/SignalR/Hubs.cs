using System.Collections.Concurrent;

namespace Serverless.Relay.SignalR;

/// <summary>All hubs. One is made when it is first named by who holds the key.</summary>
internal sealed class Hubs(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Hub> _hubs = new(StringComparer.Ordinal);

    /// <summary>The hub of this name, whatever its capitals.</summary>
    public Hub this[string name] => _hubs.GetOrAdd(name.ToLowerInvariant(), small => new Hub(small, time));

    /// <summary>Every connection of every hub.</summary>
    public IEnumerable<ClientConnection> Connections => _hubs.Values.SelectMany(hub => hub.All());
}
