using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>What a request names as having metrics and mapping rules of its own: a product or a backend, if it is there.</summary>
/// <param name="kind">Which of both.</param>
/// <param name="name">Its system name.</param>
/// <param name="builtins">The metrics that it has without their being made.</param>
/// <param name="findAsync">Looks for its parts.</param>
internal sealed class MetricOwner(
    string kind,
    string name,
    IReadOnlyList<Metric> builtins,
    Func<CancellationToken, Task<Parts?>> findAsync)
{
    public string Kind { get; } = kind;

    public string Name { get; } = name;

    /// <summary>Its address in the API.</summary>
    public string Address => $"/api/{Kind}s/{Name}";

    /// <summary>The metrics that it has without their being made: of a product, those that are built in.</summary>
    public IReadOnlyList<Metric> Builtins => builtins;

    /// <summary>The answer when it is not there.</summary>
    public Problem Missing => Problem.NotFound(Kind, Name);

    /// <summary>Its parts, or null when it is not there.</summary>
    public Task<Parts?> FindPartsAsync(CancellationToken cancel) => findAsync(cancel);
}

/// <summary>Finds who has metrics and mapping rules.</summary>
internal sealed class MetricOwners(
    ProductsTable products,
    ProductParts productParts,
    BackendsTable backends,
    BackendParts backendParts)
{
    public MetricOwner Product(string name) => new(
        "product",
        name,
        BuiltinMetric.All,
        async cancel => await products.FindAsync(name, cancel) is { Value: var found } ? productParts.Of(found) : null);

    public MetricOwner Backend(string name) => new(
        "backend",
        name,
        [],
        async cancel => await backends.FindAsync(name, cancel) is { Value: var found } ? backendParts.Of(found) : null);
}
