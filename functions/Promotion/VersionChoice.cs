using Azure;
using Serverless.Functions.Products;

namespace Serverless.Functions.Promotion;

/// <summary>Goes back to versions that an environment has served, and holds it on one.</summary>
internal sealed class VersionChoice(
    ProductsTable products,
    SnapshotsTable snapshots,
    EnvironmentsTable environments,
    PointerMove pointer,
    TimeProvider clock)
{
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
        if (Promoter.Refuse(now, ifMatch) is { } refusal)
        {
            return refusal;
        }

        if (now is not null && version == now.Version)
        {
            return await ShowAsync(product, now, cancel);
        }

        var back = version is { } asked ? now?.RollBackTo(asked, clock.GetUtcNow()) : now?.RollBack(clock.GetUtcNow());
        if (back is null)
        {
            return version is null
                ? new Promoted.Refused(
                    "nothing_to_roll_back",
                    "Nothing to roll back.",
                    $"No other version was served in {environment} before.")
                : NotHeld(version, environment);
        }

        return await MoveAsync(product, now, back, ifMatch, cancel);
    }

    /// <summary>Holds the environment on what it serves, or on a given version that it served once.</summary>
    public async Task<Promoted> PinAsync(
        string name,
        string environment,
        PinInput pin,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return new Promoted.NoProduct();
        }

        var now = await environments.FindAsync(environment, product, cancel);
        if (ifMatch != ETag.All && now?.ETag != ifMatch)
        {
            return new Promoted.Stale();
        }

        var held = pin.Version is { } asked && asked != now?.Version ? now?.RollBackTo(asked, clock.GetUtcNow()) : now;
        return held is null
            ? NotHeld(pin.Version, environment)
            : await MoveAsync(
                product,
                now,
                held with { PinnedAt = clock.GetUtcNow(), PinReason = pin.Reason },
                ifMatch,
                cancel);
    }

    /// <summary>Lets promotions and rollbacks move the pointer again.</summary>
    public async Task<Promoted> UnpinAsync(string name, string environment, ETag ifMatch, CancellationToken cancel)
    {
        if (await products.FindAsync(name, cancel) is not { Value: var product })
        {
            return new Promoted.NoProduct();
        }

        var now = await environments.FindAsync(environment, product, cancel);
        if (ifMatch != ETag.All && now?.ETag != ifMatch)
        {
            return new Promoted.Stale();
        }

        return now switch
        {
            null => NotHeld(null, environment),
            { PinnedAt: null } => await ShowAsync(product, now, cancel),
            _ => await MoveAsync(product, now, now with { PinnedAt = null, PinReason = null }, ifMatch, cancel),
        };
    }

    private async Task<Promoted> ShowAsync(Product product, EnvironmentRecord now, CancellationToken cancel) =>
        new Promoted.Live(now, await snapshots.GetAsync(product, now.Version, cancel), IsNew: false);

    private async Task<Promoted> MoveAsync(
        Product product,
        EnvironmentRecord? now,
        EnvironmentRecord next,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var content = await snapshots.GetAsync(product, next.Version, cancel);
        return await pointer.MoveAsync(product, now, next, new(next, content, IsNew: false), ifMatch, cancel);
    }

    private static Promoted.Refused NotHeld(int? version, string environment) => version is null
        ? new("nothing_served", "Nothing served.", $"{environment} serves no version yet: promote to it first.")
        : new("version_not_held", "Never served.", $"Version {version} was never served in {environment}.");
}
