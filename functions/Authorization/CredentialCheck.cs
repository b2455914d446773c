using Serverless.Contracts;
using Serverless.Functions.Applications;

namespace Serverless.Functions.Authorization;

/// <summary>What was found of a credential.</summary>
/// <param name="Row">Its row; or, with a reason, the row that tells so much; null when nothing is known.</param>
/// <param name="Reason">Why it is refused; null when it is the row that decides.</param>
/// <param name="Id">What the application's list of keys calls it, where it is there for one; null otherwise.</param>
internal readonly record struct FoundKey(KeyRecord? Row, string? Reason, string? Id = null);

/// <summary>Finds whose key a ticket stands for, and uses it up. Tickets are a slice of their own, above this one.</summary>
internal delegate Task<FoundKey> RedeemTicket(AuthorizeInput question, CancellationToken cancel);

/// <summary>
/// Finds whose credential it is: one read of storage for one that is good, whatever its kind; a second tells why one is
/// not. What cannot be a credential costs nothing.
/// </summary>
internal sealed class CredentialCheck(KeyHasher hasher, KeysTable keys, RedeemTicket redeemTicket)
{
    public Task<FoundKey> FindAsync(AuthorizeInput question, CancellationToken cancel) =>
        question.UserKey is { } userKey ? FindUserKeyAsync(question.Product!, userKey, cancel)
        : question.ClientId is { } clientId ? FindClientAsync(question.Product!, clientId, cancel)
        : question.Ticket is not null ? redeemTicket(question, cancel)
        : FindAppKeyAsync(question.Product!, question.AppId!, question.AppKey!, cancel);

    /// <summary>Why a credential of a product that had the same name once is refused.</summary>
    public static string ReasonOfForeign(AuthorizeInput question) =>
        question.UserKey is not null ? AuthorizationReasons.UserKeyInvalid
        : question.Ticket is not null ? AuthorizationReasons.TicketInvalid
        : AuthorizationReasons.ApplicationNotFound;

    private async Task<FoundKey> FindUserKeyAsync(string product, string userKey, CancellationToken cancel)
    {
        if (!UserKey.IsWellFormed(userKey))
        {
            return new(null, AuthorizationReasons.UserKeyInvalid);
        }

        var hash = hasher.Hash(userKey);
        if (await keys.FindAsync(hash, product, cancel) is { } row)
        {
            return new(row, null, hash.Id);
        }

        return new(null, await keys.IsUsedAnywhereAsync(hash, cancel)
            ? AuthorizationReasons.UserKeyOfAnotherProduct
            : AuthorizationReasons.UserKeyInvalid);
    }

    private async Task<FoundKey> FindClientAsync(string product, string clientId, CancellationToken cancel) =>
        AppCredential.IsClientId(clientId)
        && await keys.FindAsync(hasher.HashClientId(clientId), product, cancel) is { State: not KeyState.Deleted } row
            ? new(row, null)
            : new(null, AuthorizationReasons.ApplicationNotFound);

    private async Task<FoundKey> FindAppKeyAsync(string product, string appId, string appKey, CancellationToken cancel)
    {
        if (!AppCredential.IsAppId(appId))
        {
            return new(null, AuthorizationReasons.ApplicationNotFound);
        }

        var hash = hasher.HashAppKey(appId, appKey);
        if (AppCredential.IsAppKey(appKey)
            && await keys.FindAsync(hash, product, cancel) is { State: not KeyState.Deleted } row)
        {
            return new(row, null, hash.Id);
        }

        // A key that was withdrawn is no better than one that never was, as long as there is the application.
        return await keys.FindAsync(hasher.HashAppId(appId), product, cancel) is { State: not KeyState.Deleted } known
            ? new(known, AuthorizationReasons.ApplicationKeyInvalid)
            : new(null, AuthorizationReasons.ApplicationNotFound);
    }
}
