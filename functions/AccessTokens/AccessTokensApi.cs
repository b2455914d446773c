using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Events;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.AccessTokens;

/// <summary>REST surface of access tokens.</summary>
internal sealed class AccessTokensApi(AccessTokensTable table, KnownTokens known, EventPublisher publisher, TimeProvider clock)
{
    [Function("access-tokens-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/access-tokens")] HttpRequest request,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var body = await Body.ReadAsync(
            request,
            AccessTokensJson.Default.AccessTokenInput,
            (input, errors) => input.Check(errors, now),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var secret = Secret.Make();
        var token = new AccessToken
        {
            Id = secret.Id,
            Name = input.Name!,
            Scopes = input.Scopes!,
            CreatedAt = now,
            ExpiresAt = input.ExpiresAt?.ToUniversalTime(),
        };
        var stored = await table.AddAsync(token, secret.Hash(), cancel);
        return Answer.Created(
            $"/api/access-tokens/{token.Id}",
            token with { Token = secret.Text },
            AccessTokensJson.Default.AccessToken,
            stored.ETag);
    }

    [Function("access-tokens-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/access-tokens")] HttpRequest request,
        CancellationToken cancel) => Paging.TryRead(request, out var paging, out var problem)
            ? Answer.Ok(await table.ListAsync(paging, cancel), AccessTokensJson.Default.ListingAccessToken)
            : problem;

    [Function("access-tokens-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/access-tokens/{id}")] HttpRequest request,
        string id,
        CancellationToken cancel) => await table.FindAsync(id, cancel) is { } stored
            ? Answer.Ok(
                stored.Value.Token with { LastUsedAt = await table.FindUseAsync(id, cancel) },
                AccessTokensJson.Default.AccessToken,
                Tag.Of(stored.ETag))
            : Problem.NotFound("access token", id);

    [Function("access-tokens-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/access-tokens/{id}")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        var stored = await table.FindAsync(id, cancel);
        var outcome = await table.DeleteAsync(id, ifMatch, cancel);
        known.Forget(id);
        if (outcome == Write.Done && stored is { Value.Token.Name: var name })
        {
            // Others of the same name connect again.
            await publisher.DisconnectAsync(name);
        }

        return outcome switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("access token", id),
        };
    }
}
