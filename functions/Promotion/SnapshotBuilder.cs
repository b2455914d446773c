using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>Makes of a draft what the relays serve, or says everything that keeps it from working.</summary>
internal static class SnapshotBuilder
{
    /// <summary>The snapshot, still without a version. Worth nothing when errors were found.</summary>
    public static ProductSnapshot Build(ProductDraft draft, Errors errors)
    {
        CheckBackends(draft, errors);
        var rules = FrozenRules.Of(draft, errors);
        CheckRules(rules, errors);
        return new()
        {
            Product = draft.Product.SystemName,
            Version = 0,
            StagingPublicBaseUrl = ToUri(draft.Product.StagingPublicBaseUrl),
            ProductionPublicBaseUrl = ToUri(draft.Product.ProductionPublicBaseUrl),
            Credentials = draft.Product.Credentials,
            CloseRefusals = draft.Product.CloseRefusals,
            ErrorAnswers = draft.Product.ErrorAnswers ?? new(),
            SecretToken = draft.Product.SecretToken,
            HostRewrite = draft.Product.HostRewrite,
            Backends = [.. FrozenRules.InOrder(draft.Backends).Select(Mount)],
            MappingRules = rules,
            MessageRules = FrozenMessageRules.Of(draft, errors),
            PolicyChain = [.. PlacedPolicy.Place(draft, errors).Select(policy => policy.Freeze())],
        };
    }

    private static void CheckBackends(ProductDraft draft, Errors errors)
    {
        if (draft.Backends.Count == 0)
        {
            errors.Add("/backends", "no_backend", "The product uses no backend, so there is nothing to forward to: add one.");
        }
    }

    private static void CheckRules(IReadOnlyList<MappingRule> rules, Errors errors)
    {
        if (rules.Count == 0)
        {
            errors.Add(
                "/mapping_rules",
                "no_mapping_rule",
                "Neither the product nor a backend of it has a mapping rule, so no request would match: add one.");
        }
    }

    private static BackendUsage Mount(MountedBackend mounted) => new()
    {
        Backend = mounted.Backend.SystemName,
        Path = mounted.Path,
        PrivateBaseUrl = new(mounted.Backend.PrivateBaseUrl),
        Endpoints = [.. (mounted.Backend.Endpoints ?? []).Select(url => new Uri(url))],
        Tls = mounted.Backend.Tls ?? new(),
    };

    private static Uri? ToUri(string? url) => url is null ? null : new(url);
}
