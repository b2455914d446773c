using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>REST surface of the states of accounts.</summary>
internal sealed class AccountStatesApi(AccountsTable accounts, AccountSettling settling, TimeProvider clock)
{
    [Function("accounts-approve")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ApproveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}:approve")] HttpRequest request,
        string account,
        CancellationToken cancel) => ChangeAsync(request, account, AccountStep.Approve, cancel);

    [Function("accounts-reject")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> RejectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}:reject")] HttpRequest request,
        string account,
        CancellationToken cancel) => ChangeAsync(request, account, AccountStep.Reject, cancel);

    [Function("accounts-suspend")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}:suspend")] HttpRequest request,
        string account,
        CancellationToken cancel) => ChangeAsync(request, account, AccountStep.Suspend, cancel);

    [Function("accounts-resume")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}:resume")] HttpRequest request,
        string account,
        CancellationToken cancel) => ChangeAsync(request, account, AccountStep.Resume, cancel);

    [Function("accounts-make-pending")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> MakePendingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{account}:make-pending")] HttpRequest request,
        string account,
        CancellationToken cancel) => ChangeAsync(request, account, AccountStep.MakePending, cancel);

    private async Task<IResult> ChangeAsync(HttpRequest request, string account, AccountStep step, CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        // Not the caller's token: what is begun is brought to its end, whether he waits for it or not.
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var change = await settling.ChangeAsync(account, step, ifMatch, deadline.Token);
        return change == AccountChange.Stale ? Problem.Stale()
            : await accounts.FindAsync(account, cancel) is not { } now ? Problem.NotFound("account", account)
            : change == AccountChange.WrongState ? WrongState(now, step)
            : Answer.Ok(now.Value, AccountsJson.Default.Account, now.ETag);
    }

    private static Problem WrongState(AccountRecord account, AccountStep step) => Problem.Of(
        409,
        "wrong_state",
        "Not from this state.",
        $"Account '{account.Value.SystemName}' is {Name(account.Wanted)}; it can become {Name(step.To)} from "
        + $"{string.Join(" or ", step.From.Select(Name))}.");

    private static string Name(AccountState state) => state.ToString().ToLowerInvariant();
}
