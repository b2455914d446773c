using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>REST surface of products.</summary>
internal sealed class ProductsApi(ProductsTable products, UntoldDeletions untold, EventLog events)
{
    [Function("products-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ProductsJson.Default.ProductInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var created = input.ToProduct(input.SystemName!, Parts.NewGeneration());
        var (outcome, tag) = await products.AddAsync(created, cancel);
        return outcome == Write.Done
            ? Answer.Created($"/api/products/{created.SystemName}", created, ProductsJson.Default.Product, tag)
            : Problem.AlreadyExists("product", created.SystemName);
    }

    [Function("products-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products")] HttpRequest request,
        CancellationToken cancel) => Paging.TryRead(request, out var paging, out var problem)
            ? Answer.Ok(await products.ListAsync(paging, cancel), ProductsJson.Default.ListingProduct)
            : problem;

    [Function("products-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}")] HttpRequest request,
        string product,
        CancellationToken cancel) => await products.FindAsync(product, cancel) is { } stored
            ? Answer.Ok(stored.Value, ProductsJson.Default.Product, stored.ETag)
            : Problem.NotFound("product", product);

    [Function("products-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadAsync(
            request,
            ProductsJson.Default.ProductInput,
            (input, errors) => input.Check(errors, product),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await ifMatch.ChangeAsync(() => ReplaceAsync(product, input, ifMatch, cancel));
    }

    [Function("products-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}")] HttpRequest request,
        string product,
        CancellationToken cancel) => Tag.TryGetIfMatch(request, out var ifMatch, out var problem)
            ? await ifMatch.ChangeAsync(() => DeleteAsync(product, ifMatch, cancel))
            : problem!;

    private async Task<IResult> ReplaceAsync(string product, ProductInput input, ETag ifMatch, CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { } stored)
        {
            return Problem.NotFound("product", product);
        }

        var errors = new Errors();
        input.CheckAgainst(stored.Value, errors);
        if (errors.Found.Count > 0)
        {
            return Problem.Invalid(errors.Found);
        }

        // With If-Match: * too it is this very product that is replaced, and keeps its generation and its secret, or none.
        var replaced = input.ToProduct(product, stored.Value.Generation, stored.Value);
        var (outcome, tag) = await products.ReplaceAsync(replaced, ifMatch.OrThis(stored.ETag), cancel);
        return outcome switch
        {
            Write.Done => Answer.Ok(replaced, ProductsJson.Default.Product, tag),
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("product", product),
        };
    }

    private async Task<IResult> DeleteAsync(string product, ETag ifMatch, CancellationToken cancel)
    {
        if (await products.FindAsync(product, cancel) is not { } stored)
        {
            // Somebody may have deleted it and broken off before that was told.
            return await TellDeletedAsync(product, Problem.NotFound("product", product));
        }

        await untold.NoteAsync(product, cancel);
        var deleted = await products.DeleteAsync(stored.Value, ifMatch.OrThis(stored.ETag), cancel);
        return deleted switch
        {
            Write.Done => await TellDeletedAsync(product, Answer.Deleted),
            Write.Stale => Problem.Stale(),
            _ => await TellDeletedAsync(product, Problem.NotFound("product", product)),
        };
    }

    // Every application of it is, that is: no key of theirs is let in any more.
    private async Task<IResult> TellDeletedAsync(string product, IResult answer)
    {
        if (await untold.HasAsync(product) && await events.AnnounceAsync(new(EventKinds.ApplicationDeleted) { Product = product }))
        {
            await untold.RemoveAsync(product);
        }

        return answer;
    }
}
