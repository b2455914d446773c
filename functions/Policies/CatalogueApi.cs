using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Policies;

/// <summary>REST surface of the catalogue: the builtin policies, and then those that operators share among products.</summary>
internal sealed class CatalogueApi(SharedPoliciesTable shared)
{
    [Function("policies-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/policies")] HttpRequest request,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        // Their keys come before those of the rows of shared ones.
        var builtin = Catalogue.All
            .Select(policy => (Key: Key.Of(PolicyEntry.BuiltinVersion, policy.Name), Policy: CataloguedPolicy.Of(policy)))
            .Where(policy => string.CompareOrdinal(policy.Key, paging.After) > 0)
            .ToAsyncEnumerable();
        var own = shared.ReadAsync(paging, cancel).Select(row => (row.Key, Policy: CataloguedPolicy.Of(row.Policy)));
        return Answer.Ok(
            await paging.CutAsync(builtin.Concat(own), policy => policy.Key, policy => policy.Policy, cancel),
            PoliciesJson.Default.ListingCataloguedPolicy);
    }

    [Function("policies-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/policies/{name}")] HttpRequest request,
        string name,
        CancellationToken cancel)
    {
        if (Catalogue.Find(name) is { } builtin)
        {
            return Answer.Ok(CataloguedPolicy.Of(builtin), PoliciesJson.Default.CataloguedPolicy);
        }

        return await shared.FindAsync(name, cancel) is { } stored
            ? Answer.Ok(CataloguedPolicy.Of(stored.Value), PoliciesJson.Default.CataloguedPolicy, stored.ETag)
            : Problem.NotFound("policy", name);
    }
}
