using System.Collections.Concurrent;

namespace Serverless.Relay.Observability;

/// <summary>Requests refused since the relay started, by product and code. Bounded by the products that are served.</summary>
internal sealed class RefusalCounts
{
    // Products come and go while a relay runs; those that have gone are not forgotten, but no more than these are ever named.
    private const int MostProducts = 10_000;

    private readonly ConcurrentDictionary<(string? Product, string Code), long> _counts = new();

    /// <summary>All that is counted.</summary>
    public IEnumerable<(string? Product, string Code, long Count)> All =>
        _counts.Select(entry => (entry.Key.Product, entry.Key.Code, entry.Value));

    /// <summary>Counts a refusal; of no product when none was found.</summary>
    public void Add(string? product, string code)
    {
        var counted = _counts.Count < MostProducts || _counts.ContainsKey((product, code)) ? product : null;
        _counts.AddOrUpdate((counted, code), 1, static (_, count) => count + 1);
    }
}
