using Azure;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>Brings a noted application, and its keys, in line with the account beside which the note is.</summary>
internal delegate Task FollowAccount(Dependent note, CancellationToken cancel);

/// <summary>How a change of an account's state ended.</summary>
internal enum AccountChange
{
    /// <summary>It is in force, also for the keys of all its applications.</summary>
    Done,

    /// <summary>There is no such account.</summary>
    Missing,

    /// <summary>Somebody changed it since the caller read it.</summary>
    Stale,

    /// <summary>That does not follow from the state it has.</summary>
    WrongState,
}

/// <summary>
/// Changes the state of accounts. First the account says what it shall be, takes a turn and is noted as unsettled; then
/// its applications follow, one by one; then, for what takes rights away, the API shows it, and the note goes. A change
/// that breaks off leaves the note: it is completed by asking again or by <see cref="ResumeAsync"/>. An application that
/// is made meanwhile looks at its account after it is there, and so either sees the change or is found by it.
/// </summary>
internal sealed class AccountSettling(AccountsTable accounts, FollowAccount follow)
{
    private const int AtOnce = 16;

    public async Task<AccountChange> ChangeAsync(string name, AccountStep step, ETag ifMatch, CancellationToken cancel)
    {
        while (await accounts.FindAsync(name, cancel) is { } now)
        {
            if (!step.IsAllowedFrom(now.Wanted))
            {
                return ifMatch != ETag.All && ifMatch != now.ETag ? AccountChange.Stale : AccountChange.WrongState;
            }

            var next = now with
            {
                Wanted = step.To,
                Turn = now.Wanted == step.To ? now.Turn : now.Turn + 1,
                ETag = ifMatch.OrThis(now.ETag),
            };

            // A state without rights is shown when no application has them any more.
            if (next.IsActive || now.Value.State != AccountState.Approved)
            {
                next = next with { Value = now.Value with { State = step.To } };
            }

            var outcome = await accounts.UnsettleAsync(next, cancel);
            if (outcome == Write.Done)
            {
                await SettleAsync(name, cancel);
                return AccountChange.Done;
            }

            if (outcome == Write.Stale && ifMatch != ETag.All)
            {
                return AccountChange.Stale;
            }
        }

        return AccountChange.Missing;
    }

    /// <summary>Completes every change that broke off; harmless beside one that is under way.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        await foreach (var name in accounts.UnsettledAsync(cancel))
        {
            await SettleAsync(name, cancel);
        }
    }

    private async Task SettleAsync(string name, CancellationToken cancel)
    {
        while (await accounts.FindAsync(name, cancel) is { } now)
        {
            await Parallel.ForEachAsync(
                accounts.ApplicationsAsync(name, cancel),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                async (note, stop) => await follow(note, stop));

            // Changed meanwhile, perhaps to another state: then the applications follow that.
            if (await accounts.SettleAsync(now with { Value = now.Value with { State = now.Wanted } }, cancel) != Write.Stale)
            {
                return;
            }
        }
    }
}
