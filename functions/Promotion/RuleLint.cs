using Serverless.Contracts;

namespace Serverless.Functions.Promotion;

/// <summary>Mapping rules that no request can ever match, as far as their patterns tell. Where they do not, nothing is said.</summary>
internal static class RuleLint
{
    private const string Any = "ANY";

    public static IEnumerable<Finding> Check(ProductSnapshot snapshot)
    {
        var onlyWebSockets = snapshot.Backends.Count > 0
            && snapshot.Backends.All(usage => usage.PrivateBaseUrl.Scheme is "ws" or "wss");
        var rules = snapshot.MappingRules.Select(rule => new Read(rule)).ToList();
        for (var i = 0; i < rules.Count; i++)
        {
            var at = $"/mapping_rules/{i}";
            var rule = rules[i];
            if (rules.Take(i).FirstOrDefault(before => before.Rule.Last && before.Covers(rule)) is { } last)
            {
                yield return Finding.Warning(
                    at,
                    "never_matches",
                    $"{Name(rule)} is never looked at: {Name(last)} before it is the last one for all that it would match.");
            }
            else if (!snapshot.Backends.Any(usage => rule.CanBeUnder(usage.Path)))
            {
                yield return Finding.Warning(
                    at,
                    "not_routed",
                    $"No backend is mounted where {Name(rule)} matches, so what it counts is refused.");
            }
            else if (Overshadowing(snapshot, rule) is { } nearer)
            {
                yield return Finding.Warning(
                    at,
                    "never_matches",
                    $"{Name(rule)} is of backend '{rule.Rule.Backend}', and its requests go to '{nearer.Backend}' on '{nearer.Path}'.");
            }
            else if (onlyWebSockets && rule.Rule.Method is not ("GET" or Any))
            {
                yield return Finding.Warning(
                    at + "/method",
                    "not_for_websockets",
                    $"All backends speak WebSocket, and a handshake is a GET: {Name(rule)} counts none.");
            }
        }
    }

    // A backend that takes everything which a rule of another one matches, because its path is longer.
    private static BackendUsage? Overshadowing(ProductSnapshot snapshot, Read rule) =>
        snapshot.Backends.FirstOrDefault(usage => usage.Backend == rule.Rule.Backend) is { } own
            ? snapshot.Backends.FirstOrDefault(usage => usage.Path.Length > own.Path.Length && rule.IsUnder(usage.Path))
            : null;

    private static string Name(Read rule) => $"{rule.Rule.Method} {rule.Rule.Pattern}";

    /// <summary>A rule and what its pattern begins with.</summary>
    private sealed class Read
    {
        private readonly string _path;
        private readonly string _literal;
        private readonly bool _hasQuery;
        private readonly bool _isWhole;

        public Read(MappingRule rule)
        {
            Rule = rule;
            var query = rule.Pattern.IndexOf('?', StringComparison.Ordinal);
            _hasQuery = query >= 0;
            _path = _hasQuery ? rule.Pattern[..query] : rule.Pattern;
            var open = _path.IndexOf('{', StringComparison.Ordinal);
            _isWhole = open < 0 && _path.EndsWith('$');
            _literal = open >= 0 ? _path[..open] : _isWhole ? _path[..^1] : _path;
        }

        public MappingRule Rule { get; }

        /// <summary>Whether every request that the other rule matches is one that this rule matches.</summary>
        public bool Covers(Read other) =>
            !_hasQuery
            && (Rule.Method == Any || Rule.Method == other.Rule.Method)
            && (Rule.Backend is null || Rule.Backend == other.Rule.Backend)
            && (_path.EndsWith('$')
                ? _path == other._path
                : (_path == _literal ? other._literal : other._path).StartsWith(_path, StringComparison.Ordinal));

        /// <summary>Whether all that it matches lies under a path.</summary>
        public bool IsUnder(string path) =>
            path == "/"
            || (_isWhole && _literal == path)
            || _literal.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether some of what it matches may lie under a path.</summary>
        public bool CanBeUnder(string path) =>
            IsUnder(path) || (!_isWhole && path.StartsWith(_literal, StringComparison.OrdinalIgnoreCase));
    }
}
