using System.Buffers;
using Serverless.Contracts;

namespace Serverless.Relay.Routing;

/// <summary>
/// The mapping rules of one version of a product, compiled. Every rule that matches adds its delta to its metric, in
/// order, until one that is <c>last</c>; a backend's rule matches only what goes to that backend. Immutable.
/// </summary>
internal sealed class MappingRules
{
    private readonly Rule[] _rules;

    private MappingRules(Rule[] rules) => _rules = rules;

    /// <summary>Compiles the rules of a snapshot; null when one of them cannot be, with a sentence for each.</summary>
    public static MappingRules? Compile(IReadOnlyList<MappingRule> rules, ICollection<string> errors)
    {
        var compiled = new List<Rule>(rules.Count);
        foreach (var rule in rules)
        {
            var question = rule.Pattern.IndexOf('?');
            var path = PathPattern.Compile(question < 0 ? rule.Pattern : rule.Pattern[..question], out var error);
            if (path is null)
            {
                errors.Add($"Mapping rule '{rule.Method} {rule.Pattern}' {error}.");
                continue;
            }

            var query = question < 0 ? [] : QueryPattern.Compile(rule.Pattern.AsSpan(question + 1));
            compiled.Add(new Rule(rule, path, query));
        }

        return compiled.Count == rules.Count ? new MappingRules([.. compiled]) : null;
    }

    /// <summary>
    /// What a request uses. A request that one rule matches, and one that none does, allocate nothing; a WebSocket
    /// handshake is matched as GET.
    /// </summary>
    /// <param name="method">HTTP method, upper case.</param>
    /// <param name="path">Path after the product, as the client spelt it.</param>
    /// <param name="query">Raw query, with or without its <c>?</c>.</param>
    /// <param name="backend">System name of the backend that the request goes to; null where it goes to none.</param>
    public MatchedUsage Match(string method, ReadOnlySpan<char> path, ReadOnlySpan<char> query, string? backend = null)
    {
        if (CanonicalPath.Is(path))
        {
            return MatchCanonical(method, path, query, backend);
        }

        var buffer = ArrayPool<char>.Shared.Rent(CanonicalPath.MaxLength(path.Length));
        try
        {
            return MatchCanonical(method, buffer.AsSpan(0, CanonicalPath.Write(path, buffer)), query, backend);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private MatchedUsage MatchCanonical(
        string method, ReadOnlySpan<char> path, ReadOnlySpan<char> query, string? backend)
    {
        Rule? only = null;
        Dictionary<string, long>? sum = null;
        foreach (var rule in _rules)
        {
            if (!rule.Matches(method, path, query, backend))
            {
                continue;
            }

            if (only is null)
            {
                only = rule;
            }
            else
            {
                sum ??= new Dictionary<string, long>(only.Alone.Deltas);
                sum[rule.Metric] = sum.GetValueOrDefault(rule.Metric) + rule.Delta;
            }

            if (rule.Last)
            {
                break;
            }
        }

        return sum is not null ? new MatchedUsage(sum) : only?.Alone ?? MatchedUsage.None;
    }

    private sealed class Rule(MappingRule rule, PathPattern path, QueryPattern[] query)
    {
        public string Metric { get; } = rule.Metric;

        public int Delta { get; } = rule.Delta;

        public bool Last { get; } = rule.Last;

        public MatchedUsage Alone { get; } = new(new Dictionary<string, long> { [rule.Metric] = rule.Delta });

        public bool Matches(string method, ReadOnlySpan<char> target, ReadOnlySpan<char> parameters, string? backend)
        {
            if ((rule.Method != "ANY" && rule.Method != method)
                || (rule.Backend is not null && rule.Backend != backend)
                || !path.Matches(target))
            {
                return false;
            }

            foreach (var condition in query)
            {
                if (!condition.Matches(parameters))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
