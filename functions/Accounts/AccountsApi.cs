using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>REST surface of accounts.</summary>
internal sealed class AccountsApi(AccountsTable accounts)
{
    [Function("accounts-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            AccountsJson.Default.AccountInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var created = input.ToAccount();
        var (outcome, tag) = await accounts.AddAsync(created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/accounts/{created.SystemName}", created, AccountsJson.Default.Account, tag)
            : Problem.AlreadyExists("account", created.SystemName);
    }

    [Function("accounts-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts")] HttpRequest request,
        CancellationToken cancel) => Paging.TryRead(request, out var paging, out var problem)
            ? Answer.Ok(await accounts.ListAsync(paging, cancel), AccountsJson.Default.ListingAccount)
            : problem;

    [Function("accounts-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts/{account}")] HttpRequest request,
        string account,
        CancellationToken cancel) => await accounts.FindAsync(account, cancel) is { } stored
            ? Answer.Ok(stored.Value, AccountsJson.Default.Account, stored.ETag)
            : Problem.NotFound("account", account);

    [Function("accounts-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/accounts/{account}")] HttpRequest request,
        string account,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        if (await accounts.FindAsync(account, cancel) is not { } stored)
        {
            return Problem.NotFound("account", account);
        }

        var body = await Body.ReadAsync(
            request,
            AccountsJson.Default.AccountInput,
            (input, errors) => input.Check(errors, stored.Value),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(account, input, ifMatch, cancel));
    }

    [Function("accounts-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/accounts/{account}")] HttpRequest request,
        string account,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        return await accounts.DeleteAsync(account, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse("The account has applications: delete them first."),
            _ => Problem.NotFound("account", account),
        };
    }

    private async Task<IResult> ReplaceAsync(string account, AccountInput input, ETag ifMatch, CancellationToken cancel)
    {
        if (await accounts.FindAsync(account, cancel) is not { } stored)
        {
            return Problem.NotFound("account", account);
        }

        var replaced = stored with { Value = input.ToAccount(stored.Value), ETag = ifMatch.OrThis(stored.ETag) };
        var (outcome, tag) = await accounts.ReplaceAsync(replaced, cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(replaced.Value, AccountsJson.Default.Account, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("account", account),
        };
    }
}
