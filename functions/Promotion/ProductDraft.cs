using Azure.Data.Tables;
using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.MessageRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>A backend as the draft of a product mounts it.</summary>
/// <param name="Path">Path it is mounted on.</param>
/// <param name="Backend">The backend.</param>
internal sealed record MountedBackend(string Path, Backend Backend)
{
    /// <summary>Its metrics, by its own names for them.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Its mapping rules, in the order in which they apply, as they are without the path.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];
}

/// <summary>Everything of a product that promotion freezes, as it is now.</summary>
/// <param name="Product">The product itself.</param>
/// <param name="Backends">Its backends, by the name of the backend.</param>
/// <param name="Metrics">Its own metrics, by name.</param>
/// <param name="Rules">Its own mapping rules, in the order in which they apply.</param>
/// <param name="Chain">Its policy chain, disabled policies included.</param>
internal sealed record ProductDraft(
    Product Product,
    IReadOnlyList<MountedBackend> Backends,
    IReadOnlyList<Metric> Metrics,
    IReadOnlyList<Rule> Rules,
    PolicyChain Chain)
{
    /// <summary>Its message rules, in their order.</summary>
    public IReadOnlyList<MessageRuleDraft> MessageRules { get; init; } = [];

    /// <summary>The shared policies that the chain names, by name.</summary>
    public IReadOnlyDictionary<string, SharedPolicy> SharedPolicies { get; init; } = new Dictionary<string, SharedPolicy>();

    /// <summary>Limits of its plans, which are not frozen: as many as are worth a look.</summary>
    public IReadOnlyList<(string Plan, PlanLimit Limit)> Limits { get; init; } = [];
}

/// <summary>
/// Reads drafts: one range of the product's partition and, at once for all backends, one row and one range for each.
/// </summary>
internal sealed class ProductDrafts(
    ProductsTable products,
    ProductParts parts,
    BackendsTable backends,
    BackendParts backendParts,
    SharedPoliciesTable shared)
{
    // Plans that are customized for applications have limits of their own, so there may be any number.
    private const int MostLimits = 1000;

    /// <summary>The draft, or null when there is no such product.</summary>
    public async Task<ProductDraft?> FindAsync(string name, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return null;
        }

        var rows = await parts.ReadDraftAsync(product, cancel).ToLookupAsync(Kind, cancellationToken: cancel);
        if (rows[PartKinds.Policies].SingleOrDefault() is not { } row)
        {
            return null;
        }

        var chain = PoliciesTable.Read(row);
        return new ProductDraft(
            product,
            await BackendsAsync(rows[PartKinds.Usage].Select(UsedBackendsTable.Read), cancel),
            [.. rows[PartKinds.Metric].Select(MetricsTable.Read)],
            [.. RulesTable.InOrder(rows[PartKinds.Rule].Select(RulesTable.Read))],
            chain)
        {
            MessageRules = [.. MessageRulesTable.InOrder(rows[PartKinds.MessageRule].Select(MessageRulesTable.Read))],
            SharedPolicies = await shared.FindAsync(chain.Shared, cancel),
            Limits = await parts.Table.ReadKindAsync(product.Partition, PartKinds.Limit, cancel, atMost: MostLimits)
                .Select(limit => (limit.RowKey.Split('|')[1], LimitsTable.Read(limit)))
                .ToListAsync(cancel),
        };
    }

    private static string Kind(TableEntity row) => row.RowKey[..row.RowKey.IndexOf('|', StringComparison.Ordinal)];

    private async Task<IReadOnlyList<MountedBackend>> BackendsAsync(IEnumerable<UsedBackend> used, CancellationToken cancel)
    {
        var mounted = await Task.WhenAll(used.Select(backend => MountAsync(backend, cancel)));
        return [.. mounted.OfType<MountedBackend>()];
    }

    private async Task<MountedBackend?> MountAsync(UsedBackend used, CancellationToken cancel)
    {
        // A backend that is gone was taken out of the product first, since the scan.
        if (await backends.FindAsync(used.Backend, cancel) is not { Value: var backend })
        {
            return null;
        }

        var rows = await backendParts.Of(backend)
            .ReadAsync(PartKinds.Metric + "|", $"{PartKinds.Rule}|{Key.Last}", cancel)
            .ToLookupAsync(Kind, cancellationToken: cancel);
        return new(used.Path, backend)
        {
            Metrics = [.. rows[PartKinds.Metric].Select(MetricsTable.Read)],
            Rules = [.. RulesTable.InOrder(rows[PartKinds.Rule].Select(RulesTable.Read))],
        };
    }
}
