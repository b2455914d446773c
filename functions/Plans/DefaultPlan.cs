using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>How making a plan the default ended.</summary>
internal enum Defaulting
{
    /// <summary>It is.</summary>
    Done,

    /// <summary>The product has no such plan.</summary>
    Missing,

    /// <summary>Somebody changed the plan since the caller read it.</summary>
    Stale,

    /// <summary>The plan is for one application alone.</summary>
    Custom,
}

/// <summary>
/// The plan of applications that name none: row <c>default|plan</c> among the parts of a product, written in one
/// transaction with the plans that begin and cease to be it. So there is one at most, and each plan says itself whether it
/// is.
/// </summary>
internal sealed class DefaultPlan(ProductParts parts, PlansTable plans)
{
    /// <summary>Comes before what promotion reads.</summary>
    public const string RowKey = "default|plan";

    public const string PlanColumn = "Plan";

    /// <summary>System name of the default plan, or null.</summary>
    public async Task<string?> FindAsync(Product product, CancellationToken cancel) =>
        (await parts.Table.FindAsync(product.Partition, RowKey, cancel))?.GetString(PlanColumn);

    public async Task<Defaulting> SetAsync(Product product, string name, ETag ifMatch, CancellationToken cancel)
    {
        while (true)
        {
            var pointer = await parts.Table.FindAsync(product.Partition, RowKey, cancel);
            if (await plans.FindAsync(product, name, cancel) is not { } next)
            {
                return Defaulting.Missing;
            }

            if (next.Value.CustomizedFor is not null)
            {
                return Defaulting.Custom;
            }

            var submitted = await parts.Table.SubmitAsync(
                [
                    Change(product, next with { ETag = ifMatch.OrThis(next.ETag) }, isDefault: true),
                    .. await ReleaseAsync(product, pointer, name, cancel),
                    Point(product, name, pointer),
                ],
                cancel);
            if (submitted.Outcome == Write.Done)
            {
                return Defaulting.Done;
            }

            if (submitted is { FailedAction: 0, Outcome: Write.Stale } && ifMatch != ETag.All)
            {
                return Defaulting.Stale;
            }
        }
    }

    public async Task ClearAsync(Product product, CancellationToken cancel)
    {
        while (await parts.Table.FindAsync(product.Partition, RowKey, cancel) is { } pointer)
        {
            var submitted = await parts.Table.SubmitAsync(
                [
                    .. await ReleaseAsync(product, pointer, null, cancel),
                    Table.Delete(product.Partition, RowKey, pointer.ETag),
                ],
                cancel);
            if (submitted.Outcome == Write.Done)
            {
                return;
            }
        }
    }

    private async Task<IReadOnlyList<TableTransactionAction>> ReleaseAsync(
        Product product,
        TableEntity? pointer,
        string? except,
        CancellationToken cancel) =>
        pointer?.GetString(PlanColumn) is { } name
        && name != except
        && await plans.FindAsync(product, name, cancel) is { } last
            ? [Change(product, last, isDefault: false)]
            : [];

    private static TableTransactionAction Change(Product product, Stored<Plan> plan, bool isDefault) =>
        Table.Replace(PlanColumns.Row(product, plan.Value with { Default = isDefault }), plan.ETag);

    private static TableTransactionAction Point(Product product, string name, TableEntity? pointer)
    {
        var row = new TableEntity(product.Partition, RowKey) { [PlanColumn] = name };
        return pointer is null ? Table.Add(row) : Table.Replace(row, pointer.ETag);
    }
}
