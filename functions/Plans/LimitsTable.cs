using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>How adding a limit ended.</summary>
internal enum Limiting
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>The plan has a limit for this metric and period already.</summary>
    Exists,

    /// <summary>The product has no such metric.</summary>
    NoMetric,

    /// <summary>The product has no such plan.</summary>
    NoPlan,

    /// <summary>The plan has as many limits as a plan may have.</summary>
    TooMany,
}

/// <summary>Limits in storage: rows <c>limit|{plan}|{metric}.{period}</c> among the parts of the product.</summary>
internal sealed class LimitsTable(ProductParts parts, MetricReferences references)
{
    /// <summary>Limits of a plan; <see cref="PlanTerms.Most"/> says why there is an end to them.</summary>
    public const int MostInPlan = 80;

    public async Task<Stored<PlanLimit>?> FindAsync(Product product, string plan, string id, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, Key.Of(PartKinds.Limit, plan, id), cancel) is { } row
            ? new(Read(row), row.ETag)
            : null;

    public async Task<(Limiting Outcome, ETag ETag)> AddAsync(
        Product product,
        string plan,
        PlanLimit limit,
        CancellationToken cancel)
    {
        while (await PlanTerms.HoldAsync(product, plan, parts.Table, cancel) is { } held)
        {
            var terms = await PlanTerms.ReadAsync(product, plan, parts.Table, cancel);
            if (terms.Limits.Any(other => other.Id == limit.Id))
            {
                return (Limiting.Exists, default);
            }

            if (terms.Limits.Count >= MostInPlan || terms.Limits.Count + terms.Prices.Count >= PlanTerms.Most)
            {
                return (Limiting.TooMany, default);
            }

            var row = Row(product, plan, limit);
            var submitted = await references.SubmitAsync(
                product,
                limit.Metric,
                [held, Table.Add(row)],
                () => DeleteAsync(product, plan, limit.Id, row.ETag, cancel),
                cancel);
            if (submitted.Outcome == Write.Done)
            {
                return (Limiting.Done, row.ETag);
            }

            if (submitted.FailedAction == 0)
            {
                return (Limiting.NoMetric, default);
            }
        }

        return (Limiting.NoPlan, default);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        string plan,
        PlanLimit limit,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(product, plan, limit);
        return (await parts.Table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    public Task<Write> DeleteAsync(Product product, string plan, string id, ETag ifMatch, CancellationToken cancel) =>
        parts.Table.DeleteAsync(product.Partition, Key.Of(PartKinds.Limit, plan, id), ifMatch, cancel);

    public Task<Listing<PlanLimit>> ListAsync(Product product, string plan, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            parts.Table.ReadKindAsync(product.Partition, Key.Of(PartKinds.Limit, plan), cancel, paging.After, paging.Limit + 1),
            row => row.RowKey,
            Read,
            cancel);

    public static PlanLimit Read(TableEntity row) => new(
        row.GetString(PartKinds.MetricColumn),
        LimitPeriods.Parse(row.GetString("Period"))!.Value,
        row.GetInt64("Value")!.Value);

    public static TableEntity Row(Product product, string plan, PlanLimit limit) =>
        new(product.Partition, Key.Of(PartKinds.Limit, plan, limit.Id))
        {
            [PartKinds.MetricColumn] = limit.Metric,
            ["Period"] = limit.Period.Name(),
            ["Value"] = limit.Value,
        };
}
