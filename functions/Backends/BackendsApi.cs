using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>REST surface of backends.</summary>
internal sealed class BackendsApi(BackendsTable backends)
{
    [Function("backends-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/backends")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            BackendsJson.Default.BackendInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var created = input.ToBackend(input.SystemName!, Parts.NewGeneration());
        var (outcome, tag) = await backends.AddAsync(created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/backends/{created.SystemName}", created, BackendsJson.Default.Backend, tag)
            : Problem.AlreadyExists("backend", created.SystemName);
    }

    [Function("backends-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends")] HttpRequest request,
        CancellationToken cancel) => Paging.TryRead(request, out var paging, out var problem)
            ? Answer.Ok(await backends.ListAsync(paging, cancel), BackendsJson.Default.ListingBackend)
            : problem;

    [Function("backends-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/backends/{backend}")] HttpRequest request,
        string backend,
        CancellationToken cancel) => await backends.FindAsync(backend, cancel) is { } stored
            ? Answer.Ok(stored.Value, BackendsJson.Default.Backend, stored.ETag)
            : Problem.NotFound("backend", backend);

    [Function("backends-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/backends/{backend}")] HttpRequest request,
        string backend,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            BackendsJson.Default.BackendInput,
            (input, errors) => input.Check(errors, backend),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(backend, input, ifMatch, cancel));
    }

    [Function("backends-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/backends/{backend}")] HttpRequest request,
        string backend,
        CancellationToken cancel) => Tag.TryGetIfMatch(request, out var ifMatch, out var problem)
            ? await ifMatch.ChangeAsync(() => DeleteAsync(backend, ifMatch, cancel))
            : problem!;

    private async Task<IResult> ReplaceAsync(string backend, BackendInput input, ETag ifMatch, CancellationToken cancel)
    {
        if (await backends.FindAsync(backend, cancel) is not { } stored)
        {
            return Problem.NotFound("backend", backend);
        }

        // With If-Match: * too it is this very backend that is replaced, and keeps its generation, or none.
        var replaced = input.ToBackend(backend, stored.Value.Generation);
        var (outcome, tag) = await backends.ReplaceAsync(replaced, ifMatch.OrThis(stored.ETag), cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, BackendsJson.Default.Backend, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("backend", backend),
        };
    }

    private async Task<IResult> DeleteAsync(string backend, ETag ifMatch, CancellationToken cancel)
    {
        if (await backends.FindAsync(backend, cancel) is not { } stored)
        {
            return Problem.NotFound("backend", backend);
        }

        var (outcome, usedBy) = await backends.DeleteAsync(stored.Value, ifMatch.OrThis(stored.ETag), cancel);
        return outcome switch
        {
            Write.Done => Answer.Deleted,
            Write.Exists => Problem.InUse($"Products use this backend: {string.Join(", ", usedBy)}."),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("backend", backend),
        };
    }
}
