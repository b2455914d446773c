using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Accounts;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Completes changes of accounts that broke off. Every ten minutes, and not once a day: keys are let in or refused by them; and it
/// takes no turns, as it costs one read when there is nothing to do.
/// </summary>
internal sealed class AccountsChore(AccountSettling settling)
{
    [Function("housekeeping-accounts")]
    public Task RunAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        settling.ResumeAsync(cancel);
}
