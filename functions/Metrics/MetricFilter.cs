using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metrics;

/// <summary>Which metrics a list shows: all, or with <c>?parent=hits</c> those below <c>hits</c>, 3scale's methods.</summary>
internal sealed record MetricFilter(string? Parent)
{
    public static bool TryRead(
        HttpRequest request,
        [NotNullWhen(true)] out MetricFilter? filter,
        [NotNullWhen(false)] out Problem? problem)
    {
        var parent = request.Query.TryGetValue("parent", out var asked) ? asked.ToString() : null;
        (filter, problem) = parent is null or FirstMetric.Name
            ? (new MetricFilter(parent), (Problem?)null)
            : (null, Problem.Of(400, "invalid_parent", "The parent is not valid.", $"?parent= takes {FirstMetric.Name}."));
        return filter is not null;
    }

    public bool Passes(Metric metric) => Parent is null || metric.Parent == Parent;
}
