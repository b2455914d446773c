using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.Promotion;

/// <summary>
/// The mapping rules of a draft as they apply: the product's own, then each backend's, by path, each with the path
/// before its pattern and with the product's name for its metric.
/// </summary>
internal static class FrozenRules
{
    /// <summary>The rules. Errors name them by their place in this list.</summary>
    public static IReadOnlyList<MappingRule> Of(ProductDraft draft, Errors errors)
    {
        var frozen = new List<MappingRule>();
        var own = Names(draft.Metrics);
        foreach (var rule in draft.Rules)
        {
            CheckMetric(own, rule, $"/mapping_rules/{frozen.Count}/metric", "this product", errors);
            frozen.Add(Freeze(rule));
        }

        foreach (var mounted in InOrder(draft.Backends))
        {
            var name = mounted.Backend.SystemName;
            var theirs = Names(mounted.Metrics);
            foreach (var rule in mounted.Rules)
            {
                var at = $"/mapping_rules/{frozen.Count}";
                CheckMetric(theirs, rule, at + "/metric", $"backend '{name}'", errors);
                var pattern = Mount(mounted.Path, rule.Pattern);
                if (pattern.Length > PatternRules.MaxLength)
                {
                    errors.Add(
                        at + "/pattern",
                        "too_long",
                        $"With path '{mounted.Path}' before it, the pattern of mapping rule '{rule.Id}' of backend '{name}' has "
                        + $"{pattern.Length} characters, and may have {PatternRules.MaxLength}.");
                }

                frozen.Add(Freeze(rule) with
                {
                    Pattern = pattern,
                    Metric = BackendMetric.NameOf(rule.Metric, name),
                    Backend = name,
                });
            }
        }

        return frozen;
    }

    /// <summary>Backends in the order in which their rules apply.</summary>
    public static IEnumerable<MountedBackend> InOrder(IEnumerable<MountedBackend> backends) => backends
        .OrderBy(mounted => mounted.Path, StringComparer.Ordinal)
        .ThenBy(mounted => mounted.Backend.SystemName, StringComparer.Ordinal);

    /// <summary>A backend's pattern under the path that the backend is mounted on.</summary>
    public static string Mount(string path, string pattern)
    {
        if (path == "/")
        {
            return pattern;
        }

        var question = pattern.IndexOf('?', StringComparison.Ordinal);
        var (inner, query) = question < 0 ? (pattern, "") : (pattern[..question], pattern[question..]);
        var segments = inner.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var slash = inner.EndsWith('/') ? "/" : "";

        // The backend's root is the path itself, which clients send without a slash: 3scale's gateway would miss it. A path
        // that ends in '$' needs the slash, or that would be taken for the end of the pattern.
        return segments switch
        {
            [] when path.EndsWith('$') => path + "/" + query,
            [] => path + query,
            ["$"] => path + (path.EndsWith('$') ? "/$" : "$") + query,
            _ => $"{path}/{string.Join('/', segments)}{slash}{query}",
        };
    }

    private static HashSet<string> Names(IEnumerable<Metric> metrics) => [.. metrics.Select(metric => metric.SystemName)];

    private static void CheckMetric(HashSet<string> metrics, Rule rule, string at, string owner, Errors errors)
    {
        if (!metrics.Contains(rule.Metric))
        {
            errors.Add(
                at,
                "unknown_metric",
                $"Mapping rule '{rule.Id}' names metric '{rule.Metric}', which is not of {owner}.");
        }
    }

    private static MappingRule Freeze(Rule rule) => new()
    {
        Method = rule.Method,
        Pattern = rule.Pattern,
        Metric = rule.Metric,
        Delta = rule.Delta,
        Last = rule.Last,
    };
}
