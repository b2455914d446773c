using Azure.Data.Tables;
using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// A product with everything that belongs to it, each with its tag. One that is not there has what it gets when it is made,
/// without tags.
/// </summary>
internal sealed record PresentProduct(
    Stored<Product>? Product,
    IReadOnlyList<Stored<UsedBackend>> Uses,
    IReadOnlyList<Stored<Metric>> Metrics,
    IReadOnlyList<Stored<Rule>> Rules,
    Stored<PolicyChain> Chain,
    IReadOnlyList<Stored<Plan>> Plans,
    ILookup<string, Stored<PlanLimit>> Limits);

/// <summary>A backend with everything that belongs to it; the same goes for one that is not there.</summary>
internal sealed record PresentBackend(Stored<Backend>? Backend);

/// <summary>Reads what is: two ranges of a product's partition, and a row for each backend.</summary>
internal sealed class Present(ProductsTable products, ProductParts parts, BackendsTable backends)
{
    private static readonly PresentProduct NoProduct = new(
        null,
        [],
        [new(MetricsTable.Read(FirstMetric()), default)],
        [],
        new(new PolicyChain([]), default),
        [],
        Array.Empty<TableEntity>().ToLookup(_ => "", row => Store(row, LimitsTable.Read)));

    public async Task<PresentProduct> ReadProductAsync(string name, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { } product)
        {
            return NoProduct;
        }

        var rows = await parts.ReadDraftAsync(product.Value, cancel).ToLookupAsync(Kind, cancellationToken: cancel);
        var limits = await parts.Table.ReadKindAsync(product.Value.Partition, PartKinds.Limit, cancel).ToListAsync(cancel);
        return rows[PartKinds.Policies].SingleOrDefault() is { } chain
            ? new(
                product,
                [.. rows[PartKinds.Usage].Select(row => Store(row, UsedBackendsTable.Read))],
                [.. rows[PartKinds.Metric].Select(row => Store(row, MetricsTable.Read))],
                InOrder(rows[PartKinds.Rule]),
                Store(chain, PoliciesTable.Read),
                [.. rows[PartKinds.Plan].Select(row => Store(row, PlansTable.Read))],
                limits.ToLookup(row => row.RowKey.Split('|')[1], row => Store(row, LimitsTable.Read)))
            : NoProduct;
    }

    public async Task<PresentBackend> ReadBackendAsync(string name, CancellationToken cancel) =>
        new(await backends.FindAsync(name, cancel));

    private static IReadOnlyList<Stored<Rule>> InOrder(IEnumerable<TableEntity> rows)
    {
        var byId = rows.Select(row => Store(row, RulesTable.Read)).ToDictionary(rule => rule.Value.Id);
        return [.. RulesTable.InOrder(byId.Values.Select(rule => rule.Value)).Select(rule => byId[rule.Id])];
    }

    private static Stored<T> Store<T>(TableEntity row, Func<TableEntity, T> read) => new(read(row), row.ETag);

    // The first of the rows that a product is made with, whatever its name.
    private static TableEntity FirstMetric() =>
        (TableEntity)ProductParts.First(new() { SystemName = "", Name = "", Credentials = new() })[0].Entity;

    private static string Kind(TableEntity row) => row.RowKey[..row.RowKey.IndexOf('|', StringComparison.Ordinal)];
}
