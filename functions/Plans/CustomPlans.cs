using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>
/// Copies of plans, each for one application alone. A copy is written with all its terms in one transaction, under a name
/// that follows from plan and application: one that was made for nothing, since what should have come next broke off, is
/// listed, can be deleted, and is taken by whoever asks again.
/// </summary>
internal sealed class CustomPlans(ProductParts parts, PlansTable plans, MetricReferences references)
{
    // Of 63 characters that a system name may have.
    private const int FromPlan = 28;
    private const int FromApplication = 20;
    private const int FromGeneration = 8;

    /// <summary>What the copy of a plan for an application is called.</summary>
    public static string NameOf(string plan, string application, string generation) =>
        $"{Cut(plan, FromPlan)}-for-{Cut(application, FromApplication)}-{Cut(generation, FromGeneration)}";

    /// <summary>Makes the copy, unless it is there.</summary>
    public async Task CopyAsync(Product product, Plan source, string name, string application, CancellationToken cancel)
    {
        var copy = source with
        {
            SystemName = name,
            State = PlanStates.Hidden,
            Default = false,
            Customizes = source.SystemName,
            CustomizedFor = application,
        };
        var row = PlanColumns.Row(product, copy);
        var terms = await PlanTerms.ReadAsync(product, source.SystemName, parts.Table, cancel);
        await parts.Table.SubmitAsync(
            [
                Table.Add(row),
                Guard.Add(product.Partition, row.RowKey),
                .. terms.Limits.Select(limit => Table.Add(LimitsTable.Row(product, name, limit))),
                .. terms.Prices.Select(price => Table.Add(PricingRulesTable.Row(product, name, price))),
            ],
            cancel);
        await ConfirmAsync(product, name, cancel);
    }

    /// <summary>
    /// Deletes the copy that an application was on; nothing when it is no such copy, or somebody is just going back to it.
    /// </summary>
    public async Task DeleteAsync(Product product, string name, string application, CancellationToken cancel)
    {
        if (await plans.FindAsync(product, name, cancel) is { Value.CustomizedFor: { } owner } && owner == application)
        {
            await plans.DeleteAsync(product, name, Azure.ETag.All, cancel);
        }
    }

    // A metric may have been deleted while the terms that name it were copied: whoever does so from now on finds the copies.
    private async Task ConfirmAsync(Product product, string name, CancellationToken cancel)
    {
        var terms = await PlanTerms.ReadAsync(product, name, parts.Table, cancel);
        foreach (var metric in terms.Limits.Select(limit => limit.Metric).Union(terms.PricedMetrics))
        {
            var touched = await references.SubmitAsync(product, metric, [], () => Task.CompletedTask, cancel);
            if (touched.Outcome != Write.Missing)
            {
                continue;
            }

            string[] gone =
            [
                .. terms.Limits.Where(limit => limit.Metric == metric).Select(limit => LimitsTable.Row(product, name, limit).RowKey),
                .. terms.Prices.Where(price => price.Metric == metric).Select(price => PricingRulesTable.Row(product, name, price).RowKey),
            ];
            foreach (var term in gone)
            {
                await parts.Table.DeleteAsync(product.Partition, term, Azure.ETag.All, cancel);
            }
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
