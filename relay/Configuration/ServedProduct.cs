using Serverless.Contracts;
using Serverless.Relay.Policies;
using Serverless.Relay.Routing;
using Environments = Serverless.Contracts.Environments;

namespace Serverless.Relay.Configuration;

/// <summary>One version of a product, compiled. Immutable; a request keeps the one it started with.</summary>
internal sealed record ServedVersion(
    ProductSnapshot Snapshot, MappingRules Rules, BackendRoutes Backends, PolicyChain Policies)
{
    /// <summary>Compiles a snapshot; null when it cannot be served, with a sentence for each reason.</summary>
    public static ServedVersion? Build(ProductSnapshot snapshot, PolicyCatalogue catalogue, ICollection<string> errors)
    {
        var rules = MappingRules.Compile(snapshot.MappingRules, errors);
        var policies = catalogue.Build(snapshot.PolicyChain, errors);
        foreach (var usage in snapshot.Backends)
        {
            if (!usage.PrivateBaseUrl.IsAbsoluteUri || usage.PrivateBaseUrl.Scheme is not ("http" or "https" or "ws" or "wss"))
            {
                errors.Add($"The private base URL of backend '{usage.Backend}' is not http, https, ws or wss.");
            }
        }

        return rules is not null && policies is not null && errors.Count == 0
            ? new ServedVersion(snapshot, rules, new BackendRoutes(snapshot.Backends), policies)
            : null;
    }
}

/// <summary>A version as one environment serves it.</summary>
internal sealed record ServedProduct(EnvironmentPointer Pointer, ServedVersion Version)
{
    /// <summary>The environment's public base URL, or null.</summary>
    public Uri? PublicBaseUrl => Pointer.Environment == Environments.Staging
        ? Version.Snapshot.StagingPublicBaseUrl
        : Version.Snapshot.ProductionPublicBaseUrl;
}
