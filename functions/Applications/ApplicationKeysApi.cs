using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of the keys of an application.</summary>
internal sealed class ApplicationKeysApi(
    ApplicationsTable applications,
    ProductsTable products,
    ApplicationKeys keys,
    TimeProvider clock)
{
    [Function("applications-keys-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}/keys")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ApplicationsJson.Default.KeyInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await applications.FindAsync(id, cancel) is not { Value: var application })
        {
            return ApplicationProblems.NotFound(id);
        }

        var mode = (await products.FindAsync(application.Product, cancel))?.Value.Credentials.Mode ?? CredentialMode.UserKey;
        var errors = new Errors();
        errors.FitMode(mode, input.UserKey, input.AppKey);
        if (errors.Found.Count > 0)
        {
            return Problem.Invalid(errors.Found);
        }

        return NewKey.For(mode, input.UserKey, input.AppKey) is { } key
            ? await AddAsync(application, key)
            : ApplicationProblems.NoKeys();
    }

    [Function("applications-keys-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/applications/{id}/keys")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        // Five at most: one part is all of the list.
        return await applications.FindWithKeysAsync(id, cancel) is { } read
            ? Answer.Ok(new([.. read.Secrets.Select(Show)], null), ApplicationsJson.Default.ListingApplicationKey)
            : ApplicationProblems.NotFound(id);
    }

    [Function("applications-keys-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/applications/{id}/keys/{key}")] HttpRequest request,
        string id,
        string key,
        CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        return await keys.RemoveAsync(id, key, deadline.Token) == Write.Done
            ? Answer.Deleted
            : Problem.NotFound($"key of application '{Text.Shorten(id)}'", key);
    }

    private async Task<IResult> AddAsync(Application application, NewKey added)
    {
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var key = keys.Prepare(application.AppId, added);
        return await keys.AddAsync(application.Id, key, deadline.Token) switch
        {
            // A key never changes, so what tells it from others is its ETag.
            KeyAddition.Done => new Answer<ApplicationKey>(
                StatusCodes.Status201Created,
                Show(key) with { UserKey = added.UserKey, AppKey = added.AppKey },
                ApplicationsJson.Default.ApplicationKey,
                $"\"{key.Generation}\"",
                $"/api/applications/{application.Id}/keys/{key.Hash.Id}"),
            KeyAddition.NoApplication => ApplicationProblems.NotFound(application.Id),
            KeyAddition.Leaving => ApplicationProblems.Leaving(application.Id),
            KeyAddition.TooMany => ApplicationProblems.TooManyKeys(),
            _ => ApplicationProblems.KeyTaken(),
        };
    }

    private static ApplicationKey Show(StoredKey key) =>
        new() { Id = key.Hash.Id, Kind = key.Kind, CreatedAt = key.CreatedAt };
}
