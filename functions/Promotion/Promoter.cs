using Azure;
using Serverless.Contracts;
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
    PointerMove pointer,
    TimeProvider clock)
{
    /// <summary>Freezes the draft and serves it on staging. A draft that is the newest version already makes no other.</summary>
    public async Task<Promoted> ToStagingAsync(string name, ETag ifMatch, CancellationToken cancel)
    {
        if (await drafts.FindAsync(name, cancel) is not { } draft)
        {
            return new Promoted.NoProduct();
        }

        var check = CheckedDraft.Of(draft);
        if (check.Errors is { Count: > 0 } errors)
        {
            return new Promoted.NotPromotable(errors);
        }

        var now = await environments.FindAsync(Environments.Staging, draft.Product, cancel);
        if (Refuse(now, ifMatch) is { } refusal)
        {
            return refusal;
        }

        var newest = await snapshots.FindNewestAsync(draft.Product, cancel);
        var isNew = newest?.Mark != check.Frozen.Mark;
        var version = isNew ? (newest?.Number ?? 0) + 1 : newest!.Number;
        var frozen = check.Frozen.As(version);
        return isNew && await snapshots.AddAsync(draft.Product, frozen, clock.GetUtcNow(), cancel) != Write.Done
            ? new Promoted.Overtaken()
            : await ServeAsync(
                Environments.Staging,
                draft.Product,
                now,
                frozen.Snapshot,
                (record, content) => new(record, content, isNew) { Findings = check.Findings },
                ifMatch,
                cancel);
    }

    /// <summary>Serves in production what staging serves.</summary>
    public async Task<Promoted> ToProductionAsync(string name, int? version, ETag ifMatch, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return new Promoted.NoProduct();
        }

        var now = await environments.FindAsync(Environments.Production, product, cancel);
        if (Refuse(now, ifMatch) is { } refusal)
        {
            return refusal;
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

        return await ServeAsync(
            Environments.Production,
            product,
            now,
            await snapshots.GetAsync(product, staging.Version, cancel),
            (record, content) => new(record, content, now?.Version != staging.Version),
            ifMatch,
            cancel);
    }

    /// <summary>Why a pointer may not be moved: somebody has moved it, or it is pinned.</summary>
    public static Promoted? Refuse(EnvironmentRecord? now, ETag ifMatch)
    {
        if (ifMatch != ETag.All && now?.ETag != ifMatch)
        {
            return new Promoted.Stale();
        }

        return now?.PinnedAt is null
            ? null
            : new Promoted.Refused(
                "pinned",
                "Pinned.",
                $"{now.Environment} is pinned to version {now.Version}: {now.PinReason ?? "nobody has said why"}. Unpin it first.");
    }

    private async Task<Promoted> ServeAsync(
        string environment,
        Product product,
        EnvironmentRecord? now,
        ProductSnapshot content,
        Func<EnvironmentRecord, ProductSnapshot, Promoted.Live> answer,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (now?.Version == content.Version)
        {
            return answer(now, content);
        }

        var next = now?.Promote(content.Version, clock.GetUtcNow())
            ?? EnvironmentRecord.First(
                environment,
                product.SystemName,
                product.Generation,
                content.Version,
                clock.GetUtcNow());
        return await pointer.MoveAsync(product, now, next, answer(next, content), ifMatch, cancel);
    }
}
