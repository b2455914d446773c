using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.Plans;

/// <summary>
/// How a plan names a metric: <c>messages</c> of the product's own, <c>hits.chat-server</c> of a backend's,
/// <c>ws.messages.in</c> of those that are built in.
/// </summary>
internal static class PlannedMetricRules
{
    public static void PlannedMetric(this Errors errors, string at, string? metric)
    {
        if (metric is null)
        {
            errors.Required(at);
        }
        else if (BuiltinMetrics.Has(metric))
        {
            return;
        }
        else if (BackendMetric.Split(metric) is not (var name, var backend))
        {
            errors.Slug(at, metric);
        }
        else if (!Rules.IsSlug(name) || !Rules.IsSlug(backend))
        {
            errors.Add(at, "invalid_slug", "It needs the system name of a metric, then, if it is a backend's, '.' and the backend's.");
        }
    }
}
