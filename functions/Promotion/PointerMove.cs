using Azure;
using Serverless.Contracts;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>
/// The last step of every promotion, rollback and pin: claims the public base URL of the version, moves the pointer, and gives
/// up the URL that was served before. The pointer is read first of all and written only as it was read; so of two who move it
/// at once one fails, and what he has claimed the other has not given up.
/// </summary>
internal sealed class PointerMove(EnvironmentsTable environments, AddressClaims claims)
{
    /// <summary>Moves it.</summary>
    /// <param name="product">Whose pointer.</param>
    /// <param name="now">As it was read; null when there is none.</param>
    /// <param name="next">As it shall be.</param>
    /// <param name="live">What to answer when it is done, with the version that is served then.</param>
    /// <param name="ifMatch">The caller's own condition.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Promoted> MoveAsync(
        Product product,
        EnvironmentRecord? now,
        EnvironmentRecord next,
        Promoted.Live live,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var url = UrlOf(live.Content, next.Environment);
        var (before, after) = (PublicAddress.Of(now?.PublicBaseUrl), PublicAddress.Of(url));
        AddressClaim? left = null;
        if (before != after)
        {
            left = before is null ? null : await claims.FindAsync(before, cancel);
            if (after is not null && await claims.ClaimAsync(after, product, next.Environment, cancel) is { } other)
            {
                return Taken(after, other);
            }
        }

        var (outcome, written) = await environments.WriteAsync(next with { PublicBaseUrl = url?.OriginalString }, cancel);
        if (outcome != Write.Done)
        {
            return ifMatch == ETag.All ? new Promoted.Overtaken() : new Promoted.Stale();
        }

        if (left is not null && AddressClaims.IsOf(left, product, next.Environment))
        {
            await claims.ReleaseAsync(left, cancel);
        }

        return live with { Record = written };
    }

    /// <summary>The public base URL of an environment.</summary>
    public static Uri? UrlOf(ProductSnapshot snapshot, string environment) =>
        environment == Environments.Staging ? snapshot.StagingPublicBaseUrl : snapshot.ProductionPublicBaseUrl;

    /// <summary>What to say of a URL that somebody else has.</summary>
    public static string Describe(PublicAddress address, AddressClaim other) =>
        $"{address} is the public base URL of {other.Environment} of product '{other.Product}'.";

    private static Promoted.Refused Taken(PublicAddress address, AddressClaim other) => new(
        "public_base_url_taken",
        "Public base URL taken.",
        Describe(address, other) + " Take another one, or promote that product with another one first.");
}
