using System.Collections.Frozen;

namespace Serverless.Functions.Metrics;

/// <summary>
/// The metrics of a product, those of its backends among them, and how they roll up: what is counted on one is counted on
/// every metric above it too. Immutable.
/// </summary>
internal sealed class MetricTree
{
    private readonly FrozenDictionary<string, string[]> _ancestors;

    /// <summary>Grows from metrics that name their parents as the product does.</summary>
    public MetricTree(IEnumerable<Metric> metrics)
    {
        var parents = metrics.ToDictionary(metric => metric.SystemName, metric => metric.Parent);
        _ancestors = parents.Keys.ToFrozenDictionary(name => name, name => Above(name, parents));
    }

    /// <summary>The system names of all metrics, in no order.</summary>
    public IEnumerable<string> Names => _ancestors.Keys;

    public bool Has(string metric) => _ancestors.ContainsKey(metric);

    /// <summary>What counts along with a metric, the nearest first; nothing for one that is not there.</summary>
    public IReadOnlyList<string> AncestorsOf(string metric) => _ancestors.GetValueOrDefault(metric) ?? [];

    /// <summary>What is counted on every metric when this is used.</summary>
    public Dictionary<string, long> RollUp(IEnumerable<KeyValuePair<string, long>> usage)
    {
        var counted = new Dictionary<string, long>();
        foreach (var (metric, units) in usage)
        {
            Count(metric, units);
            foreach (var ancestor in AncestorsOf(metric))
            {
                Count(ancestor, units);
            }
        }

        return counted;

        // More than can be counted is as much as can be counted.
        void Count(string metric, long units) =>
            counted[metric] = counted.GetValueOrDefault(metric) is var so && units > long.MaxValue - so ? long.MaxValue : so + units;
    }

    private static string[] Above(string metric, Dictionary<string, string?> parents)
    {
        var above = new List<string>();
        for (var next = parents[metric];
            next is not null && parents.ContainsKey(next) && !above.Contains(next);
            next = parents[next])
        {
            above.Add(next);
        }

        return [.. above];
    }
}
