using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Policies;

/// <summary>REST surface of policy chains.</summary>
internal sealed class PoliciesApi(ProductsTable products, PoliciesTable policies, ChainCheck check, ChainReplacement replacement)
{
    [Function("products-policies-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/policies")] HttpRequest request,
        string product,
        CancellationToken cancel) =>
        await products.FindAsync(product, cancel) is { } owner && await policies.FindAsync(owner.Value, cancel) is { } stored
            ? Answer.Ok(stored.Value.WithoutSecrets(), PoliciesJson.Default.PolicyChain, stored.ETag)
            : Problem.NotFound("product", product);

    [Function("products-policies-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/policies")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var owner = (await products.FindAsync(product, cancel))?.Value;
        var body = await Body.ReadAsync(
            request,
            PoliciesJson.Default.PolicyChainInput,
            async (input, errors) =>
            {
                input.Check(errors);
                if (owner is not null && await policies.FindAsync(owner, cancel) is { Value: var before })
                {
                    await check.CheckAsync(input, before, "", errors, cancel);
                }
            },
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (owner is null)
        {
            return Problem.NotFound("product", product);
        }

        return await ifMatch.ChangeAsync(async () => await replacement.ReplaceAsync(owner, input.ToChain(), ifMatch, cancel) switch
        {
            ChainReplaced.Done done => Answer.Ok(done.Chain.WithoutSecrets(), PoliciesJson.Default.PolicyChain, done.ETag),
            ChainReplaced.Invalid invalid => Problem.Invalid(invalid.Errors),
            ChainReplaced.Stale => Problem.Stale(),
            _ => Problem.NotFound("product", product),
        });
    }
}
