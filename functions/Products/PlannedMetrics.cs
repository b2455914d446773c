using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>Which metrics the plans of a product name, in limits and pricing rules.</summary>
internal static class PlannedMetrics
{
    /// <summary>Whether a plan of the product with these parts names such a metric.</summary>
    public static async Task<bool> AnyAsync(Parts product, Func<string, bool> isSuch, CancellationToken cancel) =>
        await IsInAsync(product, PartKinds.Limit, isSuch, cancel)
        || await IsInAsync(product, PartKinds.PricingRule, isSuch, cancel);

    private static async Task<bool> IsInAsync(Parts product, string kind, Func<string, bool> isSuch, CancellationToken cancel) =>
        await product.ReadKindAsync(kind, cancel).AnyAsync(row => isSuch(row.GetString(PartKinds.MetricColumn)), cancel);
}
