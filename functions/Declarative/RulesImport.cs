using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using Serverless.Functions.MappingRules;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Takes over mapping rules, those of a backend without the path that it is mounted on. One that cannot be taken over as it
/// is stays out as a whole.
/// </summary>
internal sealed class RulesImport(IReadOnlyList<ImportedUse> uses, List<string> metrics, Report report)
{
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
    [
        "id", "proxy_id", "metric_id", "tenant_id", "created_at", "updated_at", "http_method", "pattern", "metric_system_name",
        "delta", "position", "last", "parameters", "querystring_parameters", "owner_id", "owner_type",
    ]);

    private static readonly Dictionary<string, string> Sources = new()
    {
        ["/method"] = "/http_method",
        ["/metric"] = "/metric_system_name",
    };

    /// <summary>Whether the rule belongs to a backend.</summary>
    public static bool IsOfBackend(Section rule) => rule.Text("owner_type") == "BackendApi" && Owner(rule) is not null;

    /// <summary>What the rule says it belongs to.</summary>
    public static string? Owner(Section rule) =>
        rule.Member("owner_id")?.Element is { ValueKind: JsonValueKind.Number or JsonValueKind.String } id ? id.ToString() : null;

    /// <summary>The product's own rules, in order, each with its place; the others go to their backends.</summary>
    public IReadOnlyList<(JsonObject Rule, string At)> Read(Section proxy)
    {
        var own = new List<(JsonObject, string)>();
        var sections = proxy.List("proxy_rules", new Errors()) ?? [];
        foreach (var section in sections.OrderBy(Position))
        {
            report.LeaveOutRest(section, Known);
            if (!IsOfBackend(section))
            {
                if (ReadRule(section, section.Text("pattern"), section.Text("metric_system_name"), metrics) is { } rule)
                {
                    own.Add((rule, section.At));
                }
            }
            else if (uses.FirstOrDefault(use => use.Backend.Owner == Owner(section)) is { } use)
            {
                ReadTheirs(section, use);
            }
            else
            {
                report.LeaveOut(section.At, "It is of a backend that the product does not have.");
            }
        }

        return own;
    }

    private void ReadTheirs(Section section, ImportedUse use)
    {
        if (Below(use.Path, section) is not { } pattern)
        {
            report.LeaveOut(section.At + "/pattern", $"A rule of a backend matches below the path that it is mounted on, '{use.Path}'.");
            return;
        }

        var metric = section.Text("metric_system_name");
        var suffix = "." + use.Backend.Owner;
        metric = metric?.EndsWith(suffix, StringComparison.Ordinal) == true ? metric[..^suffix.Length] : metric;
        if (ReadRule(section, pattern, metric, use.Backend.Metrics) is { } rule)
        {
            use.Backend.AddRule(rule);
        }
    }

    private JsonObject? ReadRule(Section section, string? pattern, string? named, List<string> known)
    {
        if (ImportedMetrics.Take(named, known, section.At + "/metric_system_name", report) is not { } metric)
        {
            return null;
        }

        var rule = new JsonObject
        {
            ["method"] = section.Text("http_method")?.ToUpperInvariant(),
            ["pattern"] = pattern,
            ["metric"] = metric,
            ["delta"] = Copy(section, "delta") ?? 1,
            ["last"] = Copy(section, "last") ?? false,
        };
        return Salvage.Passes(
            rule,
            MappingRulesJson.Default.RuleInput,
            (input, errors) => input.Check(errors),
            at => section.At + Sources.GetValueOrDefault(at, at),
            report) ? rule : null;
    }

    private string? Below(string path, Section section)
    {
        var pattern = section.Text("pattern");
        if (path == "/" || pattern?.StartsWith(path, StringComparison.Ordinal) != true)
        {
            return path == "/" ? pattern : null;
        }

        var rest = pattern[path.Length..];
        if (rest.Length > 0)
        {
            return rest[0] == '/' ? rest : null;
        }

        report.Change(
            section.At + "/pattern",
            "pattern_changed",
            $"It matches '{path}/' and what is below, not what only begins with '{path}'.");
        return "/";
    }

    private static JsonNode? Copy(Section section, string member) => section.Member(member) is { } found
        ? JsonSerializer.SerializeToNode(found.Element, DocumentJson.Default.JsonElement)
        : null;

    private static long Position(Section rule) =>
        rule.Member("position")?.Element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var position)
            ? position
            : long.MaxValue;
}
