using Azure;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>
/// Moves versions into environments. A version is written whole before a pointer is moved to it, and the pointer only from
/// where it was read: of two who promote at once one wins, and what the other may leave is a version that nobody serves.
/// </summary>
internal sealed class Promoter(
    ProductsTable products,
    ProductDrafts drafts,
    SnapshotsTable snapshots,
    EnvironmentsTable environments,
    TimeProvider clock)
{
    /// <summary>Freezes the draft and serves it on staging. A draft that is the newest version already makes no other.</summary>
    public async Task<Promoted> ToStagingAsync(string name, ETag ifMatch, CancellationToken cancel)
    {
        if (await drafts.FindAsync(name, cancel) is not { } draft)
        {
            return new Promoted.NoProduct();
        }

        var errors = new Errors();
        var frozen = FrozenSnapshot.Of(SnapshotBuilder.Build(draft, errors));
        if (errors.Found.Count == 0 && frozen.As(int.MaxValue).ToJson().Length is var length and > SnapshotPieces.MaxBytes)
        {
            errors.Add("", "too_large", $"Frozen, the product may have {SnapshotPieces.MaxBytes} bytes and has {length}.");
        }

        if (errors.Found.Count > 0)
        {
            return new Promoted.NotPromotable(errors.Found);
        }

        var now = await environments.FindAsync(Environments.Staging, draft.Product, cancel);
        if (IsStale(now, ifMatch))
        {
            return new Promoted.Stale();
        }

        var newest = await snapshots.FindNewestAsync(draft.Product, cancel);
        var isNew = newest?.Mark != frozen.Mark;
        var version = isNew ? (newest?.Number ?? 0) + 1 : newest!.Number;
        frozen = frozen.As(version);
        return isNew && await snapshots.AddAsync(draft.Product, frozen, clock.GetUtcNow(), cancel) != Write.Done
            ? new Promoted.Overtaken()
            : await ServeAsync(Environments.Staging, draft.Product, now, frozen.Snapshot, isNew, ifMatch, cancel);
    }

    /// <summary>Serves in production what staging serves.</summary>
    public async Task<Promoted> ToProductionAsync(string name, int? version, ETag ifMatch, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return new Promoted.NoProduct();
        }

        var now = await environments.FindAsync(Environments.Production, product, cancel);
        if (IsStale(now, ifMatch))
        {
            return new Promoted.Stale();
        }

        var staging = await environments.FindAsync(Environments.Staging, product, cancel);
        if (staging is null || (version ?? staging.Version) != staging.Version)
        {
            return new Promoted.Refused(
                "version_not_in_staging",
                "Not in staging.",
                staging is null
                    ? "Staging serves no version yet: promote to staging first."
                    : $"Staging serves version {staging.Version}, not {version}: production takes what staging serves.");
        }

        var content = await snapshots.GetAsync(product, staging.Version, cancel);
        return await ServeAsync(
            Environments.Production,
            product,
            now,
            content,
            now?.Version != staging.Version,
            ifMatch,
            cancel);
    }

    /// <summary>Serves again what was served before, or a given version that was served once.</summary>
    public async Task<Promoted> RollBackAsync(
        string name,
        string environment,
        int? version,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return new Promoted.NoProduct();
        }

        var now = await environments.FindAsync(environment, product, cancel);
        if (IsStale(now, ifMatch))
        {
            return new Promoted.Stale();
        }

        if (now is not null && version == now.Version)
        {
            return new Promoted.Live(now, await snapshots.GetAsync(product, now.Version, cancel), IsNew: false);
        }

        var back = version is { } asked ? now?.RollBackTo(asked, clock.GetUtcNow()) : now?.RollBack(clock.GetUtcNow());
        if (back is null)
        {
            return version is null
                ? new Promoted.Refused(
                    "nothing_to_roll_back",
                    "Nothing to roll back.",
                    $"No other version was served in {environment} before.")
                : new Promoted.Refused(
                    "version_not_held",
                    "Never served.",
                    $"Version {version} was never served in {environment}.");
        }

        return await WriteAsync(back, await snapshots.GetAsync(product, back.Version, cancel), isNew: false, ifMatch, cancel);
    }

    private async Task<Promoted> ServeAsync(
        string environment,
        Product product,
        EnvironmentRecord? now,
        ProductSnapshot content,
        bool isNew,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (now?.Version == content.Version)
        {
            return new Promoted.Live(now, content, isNew);
        }

        var next = now?.Promote(content.Version, clock.GetUtcNow())
            ?? EnvironmentRecord.First(
                environment,
                product.SystemName,
                product.Generation,
                content.Version,
                clock.GetUtcNow());
        return await WriteAsync(next, content, isNew, ifMatch, cancel);
    }

    private async Task<Promoted> WriteAsync(
        EnvironmentRecord next,
        ProductSnapshot content,
        bool isNew,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var (outcome, written) = await environments.WriteAsync(next, cancel);
        return outcome == Write.Done ? new Promoted.Live(written, content, isNew)
            : ifMatch == ETag.All ? new Promoted.Overtaken()
            : new Promoted.Stale();
    }

    private static bool IsStale(EnvironmentRecord? now, ETag ifMatch) => ifMatch != ETag.All && now?.ETag != ifMatch;
}
