using Serverless.Functions.Backends;

namespace Serverless.Functions.Products;

/// <summary>
/// What a product consists of, each a kind of row in its partition of table <c>productparts</c>, key
/// <c>{kind}|{name}</c>. Rows that refer to a metric say so in column <see cref="MetricColumn"/>.
/// </summary>
internal static class PartKinds
{
    public const string Usage = "usage";
    public const string UsagePath = "usagepath";
    public const string Metric = FirstMetric.Kind;
    public const string Rule = "rule";

    /// <summary>Message rules. Like rules and metrics, they are among what promotion reads as one range.</summary>
    public const string MessageRule = "rule-message";

    public const string Policies = "policies";
    public const string Plan = "plan";
    public const string Limit = "limit";
    public const string PricingRule = "charge";

    /// <summary>Column of rules, limits and pricing rules: the system name of the metric that they refer to.</summary>
    public const string MetricColumn = "Metric";

    /// <summary>The metric that every product has from its first day.</summary>
    public const string Hits = FirstMetric.Name;
}
