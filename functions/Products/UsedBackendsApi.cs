using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>REST surface of the backends that a product uses.</summary>
internal sealed class UsedBackendsApi(ProductsTable products, UsedBackendsTable used)
{
    [Function("products-backends-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/backends")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ProductsJson.Default.UsedBackendInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var created = input.ToUsedBackend(input.Backend!);
        var (outcome, tag) = await used.AddAsync(owner, created, cancel);
        return outcome == Mounting.Done
            ? Answer.Created($"/api/products/{product}/backends/{created.Backend}", created, ProductsJson.Default.UsedBackend, tag)
            : Refuse(outcome, created);
    }

    [Function("products-backends-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/backends")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        return await products.FindAsync(product, cancel) is { Value: var owner }
            ? Answer.Ok(await used.ListAsync(owner, paging, cancel), ProductsJson.Default.ListingUsedBackend)
            : Problem.NotFound("product", product);
    }

    [Function("products-backends-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/backends/{backend}")] HttpRequest request,
        string product,
        string backend,
        CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await used.FindAsync(owner, backend, cancel) is { } stored
            ? Answer.Ok(stored.Value, ProductsJson.Default.UsedBackend, stored.ETag)
            : Problem.NotFound($"backend of product '{product}'", backend);
    }

    [Function("products-backends-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/backends/{backend}")] HttpRequest request,
        string product,
        string backend,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            ProductsJson.Default.UsedBackendInput,
            (input, errors) => input.Check(errors, backend),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        var replaced = input.ToUsedBackend(backend);
        return await ifMatch.ChangeAsync(async () =>
        {
            var (outcome, tag) = await used.ReplaceAsync(owner, replaced, ifMatch, cancel);
            return outcome == Mounting.Done
                ? Answer.Ok(replaced, ProductsJson.Default.UsedBackend, tag)
                : Refuse(outcome, replaced);
        });
    }

    [Function("products-backends-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/backends/{backend}")] HttpRequest request,
        string product,
        string backend,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        if (await products.FindAsync(product, cancel) is not { Value: var owner })
        {
            return Problem.NotFound("product", product);
        }

        return await ifMatch.ChangeAsync(async () => await used.DeleteAsync(owner, backend, ifMatch, cancel) switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            Write.Exists => Problem.InUse(
                "A limit or a pricing rule of the product names a metric of this backend: delete or change it first."),
            _ => Problem.NotFound($"backend of product '{product}'", backend),
        });
    }

    private static Problem Refuse(Mounting outcome, UsedBackend used) => outcome switch
    {
        Mounting.Exists => Problem.AlreadyExists("usage of backend", used.Backend),
        Mounting.PathTaken => Problem.Of(
            409,
            "path_taken",
            "Path taken.",
            $"The product has another backend on path '{Text.Shorten(used.Path)}'."),
        Mounting.NoBackend => Problem.Invalid([new("/backend", "unknown_backend", $"There is no backend '{used.Backend}'.")]),
        Mounting.Stale => Problem.Stale(),
        _ => Problem.NotFound("backend of this product", used.Backend),
    };
}
