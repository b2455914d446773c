using Serverless.Contracts;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>What a promotion would do.</summary>
/// <param name="Product">The product.</param>
/// <param name="To">The environment that it would go to.</param>
/// <param name="Pending">Whether anything would change.</param>
/// <param name="FromVersion">What the environment serves; null when it serves nothing.</param>
/// <param name="ToVersion">What it would serve, where there is that version already.</param>
/// <param name="Changes">The differences between the two.</param>
/// <param name="Findings">What there is to know of the draft, when it goes to staging; and URLs that others have.</param>
internal sealed record DraftChanges(
    string Product,
    string To,
    bool Pending,
    int? FromVersion,
    int? ToVersion,
    IReadOnlyList<Change> Changes,
    IReadOnlyList<Finding> Findings);

/// <summary>Looks at what a promotion would do, and changes nothing.</summary>
internal sealed class Foresight(
    ProductDrafts drafts,
    SnapshotsTable snapshots,
    EnvironmentsTable environments,
    AddressClaims claims)
{
    /// <summary>The draft against what staging serves; null when there is no such product any more.</summary>
    public async Task<DraftChanges?> ToStagingAsync(Product product, CancellationToken cancel)
    {
        if (await drafts.FindAsync(product.SystemName, cancel) is not { } draft)
        {
            return null;
        }

        var check = CheckedDraft.Of(draft);
        var after = check.Frozen.Snapshot;
        var (version, before) = await ServedAsync(product, Environments.Staging, cancel);
        return Compare(
            product,
            Environments.Staging,
            (version, before),
            (null, after),
            [
                .. await FindTakenAsync(product, after, Environments.Staging, FindingLevel.Error, cancel),
                .. check.Findings,
                .. await FindTakenAsync(product, after, Environments.Production, FindingLevel.Warning, cancel),
            ]);
    }

    /// <summary>What staging serves against what production serves; null while staging serves nothing.</summary>
    public async Task<DraftChanges?> ToProductionAsync(Product product, CancellationToken cancel)
    {
        var (version, after) = await ServedAsync(product, Environments.Staging, cancel);
        return after is null
            ? null
            : Compare(
                product,
                Environments.Production,
                await ServedAsync(product, Environments.Production, cancel),
                (version, after),
                await FindTakenAsync(product, after, Environments.Production, FindingLevel.Error, cancel));
    }

    private static DraftChanges Compare(
        Product product,
        string to,
        (int? Version, ProductSnapshot? Content) from,
        (int? Version, ProductSnapshot Content) next,
        IReadOnlyList<Finding> findings)
    {
        var changes = SnapshotDiff.Compare(from.Content, next.Content);
        return new(product.SystemName, to, changes.Count > 0, from.Version, next.Version, changes, findings);
    }

    private async Task<(int? Version, ProductSnapshot? Content)> ServedAsync(
        Product product,
        string environment,
        CancellationToken cancel) => await environments.FindAsync(environment, product, cancel) is { } record
            ? (record.Version, await snapshots.GetAsync(product, record.Version, cancel))
            : (null, null);

    private async Task<IReadOnlyList<Finding>> FindTakenAsync(
        Product product,
        ProductSnapshot snapshot,
        string environment,
        FindingLevel level,
        CancellationToken cancel) =>
        PublicAddress.Of(PointerMove.UrlOf(snapshot, environment)) is { } address
            && await claims.FindOtherAsync(address, product, environment, cancel) is { } other
                ? [new(level, "public_base_url_taken", $"/{environment}_public_base_url", PointerMove.Describe(address, other))]
                : [];
}
