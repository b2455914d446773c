using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>Data of event <c>tunnels</c>.</summary>
/// <param name="Relays">Relays that are counted.</param>
/// <param name="Open">Open tunnels, over all of them.</param>
internal sealed record TunnelsTold(int Relays, IReadOnlyList<OpenTunnels> Open);

/// <summary>Data of event <c>refusals</c>.</summary>
/// <param name="Refused">Requests refused since it was last told.</param>
internal sealed record RefusalsTold(IReadOnlyList<RefusedRequests> Refused);

/// <summary>Makes out of what all relays say of themselves what is new in it, for one who watches.</summary>
internal sealed class RelayCounts
{
    private readonly Dictionary<(string Relay, string? Product, string Reason), long> _refused = [];
    private TunnelsTold? _told;
    private bool _hasBegun;

    /// <summary>What has changed; null for what has not. Tunnels are new to who has just come, refusals are not.</summary>
    public (TunnelsTold? Tunnels, RefusalsTold? Refusals) Next(IReadOnlyList<KnownRelay> relays, DateTimeOffset now)
    {
        var refused = Refused(relays);
        var tunnels = Tunnels([.. relays.Where(relay => now - relay.At < RelaysTable.Life)]);
        var changed = _told is null || tunnels.Relays != _told.Relays || !tunnels.Open.SequenceEqual(_told.Open);
        _told = tunnels;
        return (changed ? tunnels : null, refused.Refused.Count > 0 ? refused : null);
    }

    private static TunnelsTold Tunnels(List<KnownRelay> relays) => new(
        relays.Count,
        [
            .. relays.SelectMany(relay => relay.Status.Open)
                .GroupBy(open => (open.Product, open.Environment))
                .Select(group => new OpenTunnels(group.Key.Product, group.Key.Environment, group.Sum(open => open.Count)))
                .OrderBy(open => open.Product, StringComparer.Ordinal)
                .ThenBy(open => open.Environment, StringComparer.Ordinal),
        ]);

    // Relays count from their start, and have another identity with each: what is less than it was is an old status.
    private RefusalsTold Refused(IReadOnlyList<KnownRelay> relays)
    {
        var grown = new SortedDictionary<(string Product, string Reason), long>();
        foreach (var (relay, refused) in relays.SelectMany(relay => relay.Status.Refused.Select(one => (relay.Status.Relay, one))))
        {
            var key = (relay, refused.Product, refused.Reason);
            var more = refused.Count - _refused.GetValueOrDefault(key);
            if (more > 0)
            {
                _refused[key] = refused.Count;
                var told = (refused.Product ?? "", refused.Reason);
                grown[told] = grown.GetValueOrDefault(told) + more;
            }
        }

        var isFirst = !_hasBegun;
        _hasBegun = true;
        return new(isFirst
            ? []
            : [.. grown.Select(one => new RefusedRequests(one.Key.Product is { Length: > 0 } product ? product : null, one.Key.Reason, one.Value))]);
    }
}
