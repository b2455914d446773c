namespace Serverless.Relay.Routing;

/// <summary>One environment of one product, and what leads to it.</summary>
/// <param name="Product">System name.</param>
/// <param name="Environment"><c>staging</c> or <c>production</c>.</param>
/// <param name="PublicBaseUrl">Its public base URL, or null: then only the path prefix leads to it.</param>
/// <param name="Target">What to find there.</param>
internal sealed record RouteEntry<T>(string Product, string Environment, Uri? PublicBaseUrl, T Target)
    where T : class;
