using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>Whether a noted application is there and on the plan: what only its own partition can tell.</summary>
internal delegate Task<bool> StillOnPlan(Dependent note, CancellationToken cancel);

/// <summary>
/// Plans in storage: rows <c>plan|{name}</c> among the parts of their product, with a note for every application that is
/// on one. The notes are also the list of the product's applications.
/// </summary>
internal sealed class PlansTable(ProductParts parts, StillOnPlan stillOnPlan, TimeProvider clock)
{
    /// <summary>Kind of the notes. It comes before what promotion reads: there may be very many of them.</summary>
    public const string NoteKind = "application";

    private readonly Dependents _applications = new(parts.Table, PartKinds.Plan, NoteKind, clock);

    public async Task<Stored<Plan>?> FindAsync(Product product, string name, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, Key.Of(PartKinds.Plan, name), cancel) is { } row
            ? new(PlanColumns.Read(row), row.ETag)
            : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Product product, Plan plan, CancellationToken cancel)
    {
        var row = PlanColumns.Row(product, plan);
        var (outcome, _) = await parts.Table.SubmitAsync([Table.Add(row), Guard.Add(product.Partition, row.RowKey)], cancel);
        return (outcome, row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing. The plan as it was read is the caller's: he kept what he may not change.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        Plan plan,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = PlanColumns.Row(product, plan);
        return (await parts.Table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>
    /// Done, Stale, Missing, or Exists when applications are on the plan. Its limits and prices go with it, and that it was the
    /// default.
    /// </summary>
    public Task<Write> DeleteAsync(Product product, string name, ETag ifMatch, CancellationToken cancel) =>
        _applications.DeleteOwnerAsync(
            product.Partition,
            name,
            ifMatch,
            () => AlongAsync(product, name, cancel),
            note => stillOnPlan(note, cancel),
            cancel);

    public Task<Listing<Plan>> ListAsync(Product product, Paging paging, CancellationToken cancel) => paging.CutAsync(
        parts.Table.ReadKindAsync(product.Partition, PartKinds.Plan, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        PlanColumns.Read,
        cancel);

    /// <summary>Notes that an application is on a plan: Done, or Missing when there is no such plan.</summary>
    public Task<Write> AddApplicationAsync(
        Product product,
        string plan,
        string application,
        string generation,
        CancellationToken cancel) => _applications.AddAsync(product.Partition, plan, application, generation, cancel);

    public Task<Dependent?> FindApplicationAsync(
        Product product,
        string plan,
        string application,
        string generation,
        CancellationToken cancel) => _applications.FindAsync(product.Partition, plan, application, generation, cancel);

    public Task RemoveApplicationAsync(Product product, Dependent note, CancellationToken cancel) =>
        _applications.RemoveAsync(product.Partition, note, cancel);

    /// <summary>Whether applications are on a plan, or may be about to.</summary>
    public Task<bool> HasApplicationsAsync(Product product, string plan, CancellationToken cancel) =>
        _applications.AnyAsync(product.Partition, plan, note => stillOnPlan(note, cancel), cancel);

    /// <summary>The notes on one plan of a product, or on all.</summary>
    public Task<Listing<Dependent>> ListApplicationsAsync(
        Product product,
        string? plan,
        Paging paging,
        CancellationToken cancel) => paging.CutAsync(
            _applications.ReadAsync(product.Partition, plan, cancel, paging.After, paging.Limit + 1),
            note => note.RowKey,
            note => note,
            cancel);

    private async Task<IReadOnlyList<TableTransactionAction>> AlongAsync(Product product, string name, CancellationToken cancel)
    {
        var along = await parts.Table.ReadKindAsync(product.Partition, Key.Of(PartKinds.Limit, name), cancel)
            .Concat(parts.Table.ReadKindAsync(product.Partition, Key.Of(PartKinds.PricingRule, name), cancel))
            .Select(row => Table.Delete(row.PartitionKey, row.RowKey, ETag.All))
            .ToListAsync(cancel);
        if (await parts.Table.FindAsync(product.Partition, DefaultPlan.RowKey, cancel) is { } pointer
            && pointer.GetString(DefaultPlan.PlanColumn) == name)
        {
            along.Add(Table.Delete(product.Partition, DefaultPlan.RowKey, pointer.ETag));
        }

        return along;
    }
}
