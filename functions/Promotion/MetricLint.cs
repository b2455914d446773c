using Serverless.Contracts;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>Metrics that no mapping rule counts, and limits on them.</summary>
internal static class MetricLint
{
    public static IEnumerable<Finding> Check(ProductDraft draft, ProductSnapshot snapshot)
    {
        var counted = snapshot.MappingRules.Select(rule => rule.Metric).ToHashSet();
        foreach (var metric in draft.Metrics.Where(metric => metric.SystemName != PartKinds.Hits && !counted.Contains(metric.SystemName)))
        {
            yield return Finding.Warning(
                $"/metrics/{metric.SystemName}",
                "metric_never_counted",
                $"No mapping rule counts on metric '{metric.SystemName}'.");
        }

        foreach (var (plan, limit) in draft.Limits.Where(limit => !counted.Contains(limit.Limit.Metric)))
        {
            yield return Finding.Warning(
                $"/plans/{plan}/limits/{limit.Id}",
                "limit_without_rule",
                $"Plan '{plan}' limits metric '{limit.Metric}', which no mapping rule counts on.");
        }
    }
}
