using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Applications;
using Serverless.Functions.Backends;
using Serverless.Functions.Events;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Connections;

/// <summary>
/// REST surface of open connections: to end them, at once or spread over the relays' drain window. Nothing else changes, so
/// whoever may connect may do so again. Accepted is what relays have been told.
/// </summary>
internal sealed class ConnectionsApi(
    ApplicationsTable applications,
    ProductsTable products,
    BackendsTable backends,
    EventLog events)
{
    [Function("applications-close-connections")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CloseOfApplicationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:close-connections")] HttpRequest request,
        string id,
        CancellationToken cancel) => await applications.FindAsync(id, cancel) is { Value: var application }
            ? await TellAsync(new(EventKinds.ConnectionsClose) { Application = application.Id, Product = application.Product })
            : Problem.NotFound("application", id);

    [Function("products-close-connections")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> CloseOfProductAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}:close-connections")] HttpRequest request,
        string product,
        CancellationToken cancel) => TellOfProductAsync(request, product, EventKinds.ConnectionsClose, cancel);

    [Function("products-drain-connections")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> DrainOfProductAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}:drain-connections")] HttpRequest request,
        string product,
        CancellationToken cancel) => TellOfProductAsync(request, product, EventKinds.ConnectionsDrain, cancel);

    [Function("backends-drain-connections")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DrainOfBackendAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/backends/{backend}:drain-connections")] HttpRequest request,
        string backend,
        CancellationToken cancel) => await backends.FindAsync(backend, cancel) is not null
            ? await TellAsync(new(EventKinds.ConnectionsDrain) { Backend = backend })
            : Problem.NotFound("backend", backend);

    private async Task<IResult> TellOfProductAsync(HttpRequest request, string product, string kind, CancellationToken cancel)
    {
        var body = await Body.ReadOptionalAsync(
            request,
            ConnectionsJson.Default.ConnectionsInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        return await products.FindAsync(product, cancel) is not null
            ? await TellAsync(new(kind) { Product = product, Environment = input.Environment })
            : Problem.NotFound("product", product);
    }

    // Here the event is all there is, so without it nothing is accepted.
    private async Task<IResult> TellAsync(Happening happened) => new Answer<GatewayEvent>(
        StatusCodes.Status202Accepted,
        await events.AppendAsync(happened),
        ContractsJson.Default.GatewayEvent,
        tag: null,
        location: null);
}
