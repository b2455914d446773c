namespace Serverless.Contracts;

/// <summary>
/// Which version of which product is live where: the answer to <c>GET /api/relay/configuration</c>, small enough to
/// poll with <c>If-None-Match</c>. The versions themselves never change and are fetched once each.
/// </summary>
/// <param name="Pointers">All environments of all products, in no order.</param>
public sealed record ConfigurationIndex(IReadOnlyList<EnvironmentPointer> Pointers);

/// <summary>The version that one environment of a product serves.</summary>
/// <param name="Product">System name of the product.</param>
/// <param name="Environment"><see cref="Environments.Staging"/> or <see cref="Environments.Production"/>.</param>
/// <param name="Version">Version of the snapshot; <c>GET /api/relay/configuration/{product}/{generation}/{version}</c>.</param>
/// <param name="Generation">
/// Changes when a product is deleted and another is created under its name, so that version 1 is not taken for version 1.
/// </param>
public sealed record EnvironmentPointer(string Product, string Environment, int Version, string Generation);

/// <summary>The environments of a product, as they are spelt everywhere.</summary>
public static class Environments
{
    /// <summary>Where a promotion goes first. 3scale also calls it sandbox.</summary>
    public const string Staging = "staging";

    /// <summary>Where a version goes that staging holds.</summary>
    public const string Production = "production";
}
