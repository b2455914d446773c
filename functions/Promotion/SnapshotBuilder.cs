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
        CheckRules(draft, errors);
        return new()
        {
            Product = draft.Product.SystemName,
            Version = 0,
            StagingPublicBaseUrl = ToUri(draft.Product.StagingPublicBaseUrl),
            ProductionPublicBaseUrl = ToUri(draft.Product.ProductionPublicBaseUrl),
            Credentials = draft.Product.Credentials,
            Backends = [.. draft.Backends.Select(Mount)],
            MappingRules = [.. draft.Rules.Select(Freeze)],
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

    private static void CheckRules(ProductDraft draft, Errors errors)
    {
        if (draft.Rules.Count == 0)
        {
            errors.Add(
                "/mapping_rules",
                "no_mapping_rule",
                "The product has no mapping rule, so no request would match: add one.");
        }

        var metrics = draft.Metrics.Select(metric => metric.SystemName).ToHashSet();
        for (var i = 0; i < draft.Rules.Count; i++)
        {
            if (!metrics.Contains(draft.Rules[i].Metric))
            {
                errors.Add(
                    $"/mapping_rules/{i}/metric",
                    "unknown_metric",
                    $"Mapping rule '{draft.Rules[i].Id}' names metric '{draft.Rules[i].Metric}', which is not of this product.");
            }
        }
    }

    private static BackendUsage Mount(MountedBackend mounted) => new()
    {
        Backend = mounted.Backend.SystemName,
        Path = mounted.Path,
        PrivateBaseUrl = new(mounted.Backend.PrivateBaseUrl),
        Tls = mounted.Backend.Tls ?? new(),
    };

    private static MappingRule Freeze(MappingRules.Rule rule) => new()
    {
        Method = rule.Method,
        Pattern = rule.Pattern,
        Metric = rule.Metric,
        Delta = rule.Delta,
        Last = rule.Last,
    };

    private static Uri? ToUri(string? url) => url is null ? null : new(url);
}
