using Azure.Data.Tables;
using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.MessageRules;
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
    IReadOnlyList<Stored<Plan>> AllPlans,
    ILookup<string, Stored<PlanLimit>> Limits,
    ILookup<string, Stored<PricingRule>> Prices)
{
    /// <summary>Its message rules, in their order.</summary>
    public IReadOnlyList<Stored<MessageRuleDraft>> MessageRules { get; init; } = [];

    /// <summary>The plans that documents are about: copies for single applications are those applications' own.</summary>
    public IReadOnlyList<Stored<Plan>> Plans { get; } = [.. AllPlans.Where(plan => plan.Value.CustomizedFor is null)];

    /// <summary>Copies of plans for single applications, which no document touches.</summary>
    public IReadOnlyList<string> CustomPlans { get; } =
        [.. AllPlans.Where(plan => plan.Value.CustomizedFor is not null).Select(plan => plan.Value.SystemName)];
}

/// <summary>A backend with everything that belongs to it; the same goes for one that is not there.</summary>
internal sealed record PresentBackend(
    Stored<Backend>? Backend,
    IReadOnlyList<Stored<Metric>> Metrics,
    IReadOnlyList<Stored<Rule>> Rules)
{
    /// <summary>What a backend gets when it is made.</summary>
    public static readonly PresentBackend None = new(null, Present.First, []);
}

/// <summary>Reads what is: a row and three ranges of a product's partition, a row and two ranges for each backend.</summary>
internal sealed class Present(ProductsTable products, ProductParts productParts, BackendsTable backends, BackendParts backendParts)
{
    /// <summary>The metric that everything has which is made.</summary>
    public static readonly IReadOnlyList<Stored<Metric>> First =
        [new(MetricsTable.Read((TableEntity)FirstMetric.Add("")[0].Entity), default)];

    private static readonly PresentProduct NoProduct = new(
        null,
        [],
        First,
        [],
        new(new PolicyChain([]), default),
        [],
        ByPlan(Array.Empty<TableEntity>(), LimitsTable.Read),
        ByPlan(Array.Empty<TableEntity>(), PricingRulesTable.Read));

    public async Task<PresentProduct> ReadProductAsync(string name, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { } product)
        {
            return NoProduct;
        }

        var parts = productParts.Of(product.Value);
        var rows = await productParts.ReadDraftAsync(product.Value, cancel).ToLookupAsync(Kind, cancellationToken: cancel);
        var limits = await parts.ReadKindAsync(PartKinds.Limit, cancel).ToListAsync(cancel);
        var prices = await parts.ReadKindAsync(PartKinds.PricingRule, cancel).ToListAsync(cancel);
        return rows[PartKinds.Policies].SingleOrDefault() is { } chain
            ? new(
                product,
                [.. rows[PartKinds.Usage].Select(row => Store(row, UsedBackendsTable.Read))],
                [.. rows[PartKinds.Metric].Select(row => Store(row, MetricsTable.Read))],
                InOrder(rows[PartKinds.Rule]),
                Store(chain, PoliciesTable.Read),
                [.. rows[PartKinds.Plan].Select(row => Store(row, PlanColumns.Read))],
                ByPlan(limits, LimitsTable.Read),
                ByPlan(prices, PricingRulesTable.Read))
            {
                MessageRules = MessageRulesInOrder(rows[PartKinds.MessageRule]),
            }
            : NoProduct;
    }

    public async Task<PresentBackend> ReadBackendAsync(string name, CancellationToken cancel)
    {
        if (await backends.FindAsync(name, cancel) is not { } backend)
        {
            return PresentBackend.None;
        }

        var parts = backendParts.Of(backend.Value);
        return new(
            backend,
            await parts.ReadKindAsync(PartKinds.Metric, cancel).Select(row => Store(row, MetricsTable.Read)).ToListAsync(cancel),
            InOrder(await parts.ReadKindAsync(PartKinds.Rule, cancel).ToListAsync(cancel)));
    }

    private static IReadOnlyList<Stored<Rule>> InOrder(IEnumerable<TableEntity> rows)
    {
        var byId = rows.Select(row => Store(row, RulesTable.Read)).ToDictionary(rule => rule.Value.Id);
        return [.. RulesTable.InOrder(byId.Values.Select(rule => rule.Value)).Select(rule => byId[rule.Id])];
    }

    private static IReadOnlyList<Stored<MessageRuleDraft>> MessageRulesInOrder(IEnumerable<TableEntity> rows)
    {
        var byId = rows.Select(row => Store(row, MessageRulesTable.Read)).ToDictionary(rule => rule.Value.Id);
        return [.. MessageRulesTable.InOrder(byId.Values.Select(rule => rule.Value)).Select(rule => byId[rule.Id])];
    }

    // Rows of what belongs to plans have the plan's name after their kind.
    private static ILookup<string, Stored<T>> ByPlan<T>(IEnumerable<TableEntity> rows, Func<TableEntity, T> read) =>
        rows.ToLookup(row => row.RowKey.Split('|')[1], row => Store(row, read));

    private static Stored<T> Store<T>(TableEntity row, Func<TableEntity, T> read) => new(read(row), row.ETag);

    private static string Kind(TableEntity row) => row.RowKey[..row.RowKey.IndexOf('|', StringComparison.Ordinal)];
}
