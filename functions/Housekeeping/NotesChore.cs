using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Accounts;
using Serverless.Functions.Backends;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes notes of nothing: that an application belongs to an account or is on a plan, or that a product uses a backend or
/// a shared policy, when that is not so and was not begun just now. They are left by what broke off; lists pass over them one
/// by one.
/// </summary>
internal sealed class NotesChore(
    Chores chores,
    TableAccount account,
    StillOwned stillOwned,
    StillOnPlan stillOnPlan,
    StillUsed stillUsed,
    SharedPoliciesTable policies,
    TimeProvider clock)
{
    private const string Name = "housekeeping-notes";

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 38 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var (accounts, backends, parts) = (account.Table("accounts"), account.Table("backends"), account.Table("productparts"));
        await SweepAsync(sweep, accounts, "accounts", "application", row => stillOwned(Dependents.Read(row), sweep.Cancel));
        await SweepAsync(sweep, backends, "backends", "usedby", row => stillUsed(BackendUses.Read(row), sweep.Cancel));
        await SweepAsync(
            sweep,
            account.Table("policies"),
            SharedPoliciesTable.Partition,
            SharedPoliciesTable.NoteKind,
            row => policies.IsNamedAsync(Dependents.Read(row), sweep.Cancel));
        await foreach (var product in sweep.PartitionsAsync(parts))
        {
            await SweepAsync(sweep, parts, product, PlansTable.NoteKind, row => stillOnPlan(Dependents.Read(row), sweep.Cancel));
        }
    }

    private async Task SweepAsync(Sweep sweep, Table table, string partition, string kind, Func<TableEntity, Task<bool>> isSoAsync)
    {
        await foreach (var row in table.ReadKindAsync(partition, kind, sweep.Cancel))
        {
            // As it was read: one that is written anew meanwhile is of somebody who is about to make it true.
            if (clock.GetUtcNow() - row.Timestamp >= Dependents.LongestRequest && !await isSoAsync(row))
            {
                await sweep.RemoveAsync(table, row);
            }
        }
    }
}
