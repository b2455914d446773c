using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>
/// Copies of plans, each for one application alone. A copy is written with all its terms in one transaction, under a name
/// that follows from plan and application: one that was made for nothing, since what should have come next broke off, is
/// listed, can be deleted, and is taken by whoever asks again, with the terms that the plan has by then.
/// </summary>
internal sealed class CustomPlans(ProductParts parts, PlansTable plans, StillOnPlan stillOnPlan, MetricReferences references)
{
    // Of 63 characters that a system name may have.
    private const int FromPlan = 28;
    private const int FromApplication = 20;
    private const int FromGeneration = 8;

    /// <summary>What the copy of a plan for an application is called.</summary>
    public static string NameOf(string plan, string application, string generation) =>
        $"{Cut(plan, FromPlan)}-for-{Cut(application, FromApplication)}-{Cut(generation, FromGeneration)}";

    /// <summary>Makes the copy, unless the application is on it already.</summary>
    public async Task CopyAsync(
        Product product,
        Plan source,
        string name,
        string application,
        string generation,
        CancellationToken cancel)
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
        while (true)
        {
            var terms = Rows(product, name, await PlanTerms.ReadAsync(product, source.SystemName, parts.Table, cancel));
            var added = await parts.Table.SubmitAsync(
                [Table.Add(row), Guard.Add(product.Partition, row.RowKey), .. terms.Select(Table.Add)],
                cancel);
            if (added.Outcome == Write.Done || await RenewAsync(product, row, terms, application, generation, cancel))
            {
                break;
            }
        }

        await ConfirmAsync(product, name, cancel);
    }

    /// <summary>
    /// Deletes the copy that an application was on; nothing when it is no such copy, or somebody is just going back to it.
    /// </summary>
    public async Task DeleteAsync(Product product, string name, string application, CancellationToken cancel)
    {
        if (await plans.FindAsync(product, name, cancel) is { Value.CustomizedFor: { } owner } && owner == application)
        {
            await plans.DeleteAsync(product, name, ETag.All, cancel);
        }
    }

    // Makes a copy that was left what it would be if it were made now, unless the application is on it: what is held is touched
    // before it can be. False when something has come in between.
    private async Task<bool> RenewAsync(
        Product product,
        TableEntity row,
        IReadOnlyList<TableEntity> terms,
        string application,
        string generation,
        CancellationToken cancel)
    {
        var name = row.GetString("SystemName");
        if (await PlanTerms.HoldAsync(product, name, parts.Table, cancel) is not { } held)
        {
            return false;
        }

        if (await plans.FindApplicationAsync(product, name, application, generation, cancel) is { } note
            && await stillOnPlan(note, cancel))
        {
            return true;
        }

        var left = Rows(product, name, await PlanTerms.ReadAsync(product, name, parts.Table, cancel))
            .ExceptBy(terms.Select(term => term.RowKey), term => term.RowKey)
            .Select(term => Table.Delete(term.PartitionKey, term.RowKey, ETag.All))
            .ToList();
        TableTransactionAction[] renewed = [Put(row), .. terms.Select(Put)];
        if (left.Count + renewed.Length < Table.MostInOneTransaction)
        {
            return (await parts.Table.SubmitAsync([held, .. left, .. renewed], cancel)).Outcome == Write.Done;
        }

        // Too many at once: what is over goes first, and then there is room.
        await parts.Table.SubmitAsync([held, .. left], cancel);
        return false;
    }

    private static TableTransactionAction Put(TableEntity row) => new(TableTransactionActionType.UpsertReplace, row);

    private static List<TableEntity> Rows(Product product, string plan, PlanTerms terms) =>
    [
        .. terms.Limits.Select(limit => LimitsTable.Row(product, plan, limit)),
        .. terms.Prices.Select(price => PricingRulesTable.Row(product, plan, price)),
    ];

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
                await parts.Table.DeleteAsync(product.Partition, term, ETag.All, cancel);
            }
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
