using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.Promotion;

/// <summary>Metrics that neither a mapping rule nor a message rule counts on, those of the backends among them, and limits on such metrics.</summary>
internal static class MetricLint
{
    public static IEnumerable<Finding> Check(ProductDraft draft, ProductSnapshot snapshot)
    {
        var tree = new MetricTree(draft.Metrics.Concat(draft.Backends.SelectMany(mounted =>
            mounted.Metrics.Select(metric => BackendMetric.InProduct(metric, mounted.Backend.SystemName)))));
        var counted = snapshot.MappingRules.Select(rule => rule.Metric)
            .Concat(snapshot.MessageRules.Select(rule => rule.Metric))
            .SelectMany(metric => tree.AncestorsOf(metric).Prepend(metric))
            .ToHashSet();
        foreach (var metric in tree.Names.Where(name => !IsFirst(name) && !counted.Contains(name)).Order(StringComparer.Ordinal))
        {
            yield return Finding.Warning(
                $"/metrics/{metric}",
                "metric_never_counted",
                $"No mapping rule or message rule counts on metric '{metric}'.");
        }

        foreach (var (plan, limit) in draft.Limits.Where(limit => !counted.Contains(limit.Limit.Metric) && !BuiltinMetrics.Has(limit.Limit.Metric)))
        {
            yield return Finding.Warning(
                $"/plans/{plan}/limits/{limit.Id}",
                "limit_without_rule",
                $"Plan '{plan}' limits metric '{limit.Metric}', which no mapping rule or message rule counts on.");
        }
    }

    // Nobody has made these, so nobody wonders that they are not counted.
    private static bool IsFirst(string metric) =>
        (BackendMetric.Split(metric)?.Metric ?? metric) == FirstMetric.Name;
}
