using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Metering;
using Serverless.Relay.Policies;
using Serverless.Relay.Routing;
using Environments = Serverless.Contracts.Environments;

namespace Serverless.Relay.Configuration;

/// <summary>One version of a product, compiled. Immutable; a request keeps the one it started with.</summary>
/// <param name="Snapshot">What was promoted.</param>
/// <param name="Rules">Its mapping rules.</param>
/// <param name="Backends">Its backends.</param>
/// <param name="Policies">Its policy chain.</param>
/// <param name="Counting">Its message rules.</param>
/// <param name="Tokens">Verifies its clients' tokens; null where they send none.</param>
internal sealed record ServedVersion(
    ProductSnapshot Snapshot, MappingRules Rules, BackendRoutes Backends, PolicyChain Policies, CountingRules Counting, TokenVerifier? Tokens);

/// <summary>A version as one environment serves it.</summary>
internal sealed record ServedProduct(EnvironmentPointer Pointer, ServedVersion Version)
{
    /// <summary>The environment's public base URL, or null.</summary>
    public Uri? PublicBaseUrl => Pointer.Environment == Environments.Staging
        ? Version.Snapshot.StagingPublicBaseUrl
        : Version.Snapshot.ProductionPublicBaseUrl;
}
