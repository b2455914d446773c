using Azure;
using Serverless.Functions.Accounts;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>How a change of an application ended.</summary>
internal enum Change
{
    /// <summary>It is in force, also for the keys.</summary>
    Done,

    /// <summary>There is no such application.</summary>
    Missing,

    /// <summary>Somebody changed it since the caller read it.</summary>
    Stale,

    /// <summary>Its deletion has begun; only that can be completed.</summary>
    Leaving,

    /// <summary>The product has no such plan.</summary>
    NoPlan,

    /// <summary>The plan is for another application alone.</summary>
    PlanOfAnother,

    /// <summary>Its plan is not its alone.</summary>
    NotCustomized,

    /// <summary>That does not follow from the state it has.</summary>
    WrongState,

    /// <summary>It has what was to be added.</summary>
    Exists,

    /// <summary>It has as many as it may have.</summary>
    TooMany,
}

/// <summary>What an application is to become, or why it is not to.</summary>
internal readonly record struct Turned(ApplicationRecord? Next, Change Refusal = Change.Done)
{
    public static implicit operator Turned(ApplicationRecord next) => new(next);

    public static implicit operator Turned(Change refusal) => new(null, refusal);
}

/// <summary>
/// Changes what concerns the keys of an application: first its row, which takes a turn, then the rows of its keys.
/// Whatever changes, the state of its account is carried along. A change that breaks off is completed by the next, or by
/// being asked for again.
/// </summary>
internal sealed class ApplicationTurns(
    ApplicationsTable applications,
    AccountsTable accounts,
    KeyAlignment keys,
    ApplicationNews news)
{
    public async Task<Change> TakeAsync(
        string id,
        ETag ifMatch,
        Func<ApplicationRecord, Turned> change,
        CancellationToken cancel,
        bool isDeletion = false)
    {
        while (await applications.FindAsync(id, cancel) is { } now)
        {
            if (now.Wanted == KeyState.Deleted && !isDeletion)
            {
                return Change.Leaving;
            }

            var (next, refusal) = change(now);
            if (next is null)
            {
                return ifMatch != ETag.All && ifMatch != now.ETag ? Change.Stale : refusal;
            }

            var followed = await FollowAsync(next, cancel);
            var outcome = await applications.ChangeAsync(
                followed with { Turn = now.Turn + 1, ETag = ifMatch.OrThis(now.ETag) },
                cancel);
            if (outcome == Write.Done)
            {
                await keys.AlignAsync(id, cancel);
                return Change.Done;
            }

            if (outcome == Write.Stale && ifMatch != ETag.All)
            {
                return Change.Stale;
            }
        }

        return Change.Missing;
    }

    /// <summary>Makes an application follow its account, and its keys too: also where that broke off.</summary>
    public async Task FollowAccountAsync(string id, CancellationToken cancel)
    {
        if (!await CatchUpAsync(id, cancel))
        {
            await keys.AlignAsync(id, cancel);
        }

        await news.TellOfAccountAsync(id, cancel);
    }

    /// <summary>Makes an application follow its account if it does not: whether that had to be done.</summary>
    public async Task<bool> CatchUpAsync(string id, CancellationToken cancel)
    {
        if (await applications.FindAsync(id, cancel) is not { } now || await FollowAsync(now, cancel) == now)
        {
            return false;
        }

        await TakeAsync(id, ETag.All, application => application, cancel);
        return true;
    }

    private async Task<ApplicationRecord> FollowAsync(ApplicationRecord application, CancellationToken cancel) =>
        await accounts.FindAsync(application.Value.Account, cancel) is { } account && account.Turn > application.AccountTurn
            ? application with { AccountActive = account.IsActive, AccountTurn = account.Turn }
            : application;
}
