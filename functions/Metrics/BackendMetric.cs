using Serverless.Contracts;
using Serverless.Functions.Backends;

namespace Serverless.Functions.Metrics;

/// <summary>What a backend's metrics are called inside a product that uses it: <c>{metric}.{backend}</c>.</summary>
internal static class BackendMetric
{
    // No system name holds one.
    private const char Between = '.';

    public static string NameOf(string metric, string backend) => $"{metric}{Between}{backend}";

    /// <summary>Takes such a name apart; null for a metric of the product's own, and for one that is built in.</summary>
    public static (string Metric, string Backend)? Split(string name) =>
        !BuiltinMetrics.Has(name) && name.IndexOf(Between) is var dot and > 0 ? (name[..dot], name[(dot + 1)..]) : null;

    /// <summary>The metric as the product knows it: the backend's <c>hits</c> are below the product's own.</summary>
    public static Metric InProduct(Metric metric, string backend) => metric with
    {
        SystemName = NameOf(metric.SystemName, backend),
        Parent = metric.SystemName == FirstMetric.Name ? FirstMetric.Name
            : metric.Parent is { } parent ? NameOf(parent, backend)
            : null,
    };
}
