using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Policies;

/// <summary>REST surface of shared policies, for changing them.</summary>
internal sealed class SharedPoliciesApi(SharedPoliciesTable shared)
{
    [Function("policies-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/policies")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            PoliciesJson.Default.SharedPolicyInput,
            (input, errors) => input.CheckNew(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var created = input.ToPolicy(input.Name!);
        var (outcome, tag) = await shared.AddAsync(created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/policies/{created.Name}", CataloguedPolicy.Of(created), PoliciesJson.Default.CataloguedPolicy, tag)
            : Problem.AlreadyExists("policy", created.Name);
    }

    [Function("policies-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/policies/{name}")] HttpRequest request,
        string name,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            PoliciesJson.Default.SharedPolicyInput,
            (input, errors) => input.Check(errors, name),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(name, input, ifMatch, cancel));
    }

    [Function("policies-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/policies/{name}")] HttpRequest request,
        string name,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        return await shared.DeleteAsync(name, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse($"A policy chain names the shared policy '{name}': take it out there first."),
            _ => NotFound(name),
        };
    }

    private async Task<IResult> ReplaceAsync(string name, SharedPolicyInput input, ETag ifMatch, CancellationToken cancel)
    {
        if (await shared.FindAsync(name, cancel) is not { } stored)
        {
            return NotFound(name);
        }

        var replaced = input.ToPolicy(name).KeepSecrets(stored.Value);
        if (FindMissing(replaced) is { } missing)
        {
            return missing;
        }

        var (outcome, tag) = await shared.ReplaceAsync(replaced, ifMatch.OrThis(stored.ETag), cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(CataloguedPolicy.Of(replaced), PoliciesJson.Default.CataloguedPolicy, tag),
            Write.Stale => Problem.Stale(),
            _ => NotFound(name),
        };
    }

    private static Problem? FindMissing(SharedPolicy policy)
    {
        var errors = new Errors();
        policy.Policy.CheckComplete(policy.Configuration, "/configuration", errors);
        return errors.Found.Count > 0 ? Problem.Invalid(errors.Found) : null;
    }

    private static Problem NotFound(string name) => Catalogue.Find(name) is null
        ? Problem.NotFound("policy", name)
        : Problem.Of(409, "builtin_policy", "Builtin policy.", $"'{name}' is a builtin policy, which cannot be changed.");
}
