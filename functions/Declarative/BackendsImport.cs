using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Takes over to where a 3scale service forwards: the rules of the <c>routing</c> policy that the portal makes of backend usages,
/// and <c>api_backend</c>, which gets what no rule takes. Backends with the same identifier are one, in all services.
/// </summary>
internal sealed partial class BackendsImport(Dictionary<string, ImportedBackend> all, Report report)
{
    public IReadOnlyList<ImportedUse> Read(Section proxy, Section? routing, string product)
    {
        var uses = new List<ImportedUse>();
        var rules = routing?.Member("configuration")?.List("rules", new Errors()) ?? [];
        foreach (var rule in rules)
        {
            if (ReadRule(rule, product) is { } use && !TryAdd(uses, use))
            {
                report.LeaveOut(rule.At, $"The product has a backend on path '{use.Path}' already, or has this one on another.");
            }
        }

        if (proxy.Text("api_backend") is { Length: > 0 } url)
        {
            var at = proxy.At + "/api_backend";
            var owner = Owners(proxy).Except(uses.Select(use => use.Backend.Owner)).ToList() is [var only] ? only : null;
            if (Find(url, owner, product + "-backend", at) is { } backend && !TryAdd(uses, new("/", backend, at)))
            {
                report.LeaveOut(at, "The routing rules take every path already.");
            }
        }

        if (uses.Count == 0)
        {
            report.Change(
                proxy.At,
                "no_backend",
                "No backend could be taken over: the product needs one before it can be promoted.");
        }

        return uses;
    }

    private static bool TryAdd(List<ImportedUse> uses, ImportedUse use)
    {
        if (uses.Exists(other =>
            other.Path.Equals(use.Path, StringComparison.OrdinalIgnoreCase) || other.Backend.Name == use.Backend.Name))
        {
            return false;
        }

        uses.Add(use);
        return true;
    }

    private static IEnumerable<string?> Owners(Section proxy) => (proxy.List("proxy_rules", new Errors()) ?? [])
        .Where(RulesImport.IsOfBackend)
        .Select(RulesImport.Owner)
        .Distinct();

    private ImportedUse? ReadRule(Section rule, string product)
    {
        var operations = rule.Member("condition")?.List("operations", new Errors()) ?? [];
        if (rule.Text("url") is not { Length: > 0 } url
            || operations is not [var operation]
            || operation.Text("match") != "path"
            || operation.Text("op") != "matches"
            || operation.Text("value_type") is not (null or "plain")
            || UsagePath().Match(operation.Text("value") ?? "") is not { Success: true } condition)
        {
            report.LeaveOut(rule.At, "A backend is chosen by the path that it is mounted on, and by nothing else.");
            return null;
        }

        var path = condition.Groups["path"].Value is { Length: > 0 } some ? some : "/";
        switch (rule.Text("replace_path"))
        {
            // Then the path goes to the backend too.
            case null or "":
                url = path == "/" ? url : url.TrimEnd('/') + path;
                break;
            case { } template when path == "/" || !RemovedPath(template).Equals(path, StringComparison.Ordinal):
                report.LeaveOut(
                    rule.At + "/replace_path",
                    "The path that a backend is mounted on is removed, and nothing else can be.");
                return null;
        }

        if (rule.Text("host_header") is { Length: > 0 })
        {
            report.LeaveOut(rule.At + "/host_header", "A product has one host_rewrite for all its backends.");
        }

        var made = $"{product}-{(path == "/" ? "backend" : path)}";
        return Find(url, RulesImport.Owner(rule), made, rule.At + "/url") is { } backend ? new(path, backend, rule.At) : null;
    }

    private ImportedBackend? Find(string url, string? owner, string made, string at)
    {
        var name = owner is null ? Slug.Of(made)! : $"backend-{Slug.Of(owner)}";
        if (all.TryGetValue(name, out var known) && known.Url != url)
        {
            name = Slug.Of($"{name}-of-{made}")!;
            report.Change(at, "renamed", $"Another service has another address for this backend: here it is '{name}'.");
        }

        if (all.TryGetValue(name, out known))
        {
            return known;
        }

        var backend = new ImportedBackend(name, url, owner);
        var section = new JsonObject { ["system_name"] = name, ["name"] = name, ["private_base_url"] = url };
        if (!Salvage.Passes(section, BackendsJson.Default.BackendInput, (input, errors) => input.Check(errors), _ => at, report))
        {
            return null;
        }

        report.Change(at, "named", $"The document does not name backends: this one is '{name}' here.");
        all.Add(name, backend);
        return backend;
    }

    private static string RemovedPath(string template) => Removal().Match(template).Groups["path"].Value;

    [GeneratedRegex(
        @"\A\^?\(?(?:/\.\*|(?<path>/[A-Za-z0-9._~!&',;=:@%/-]*[^/])/\.\*\|\k<path>/\?)\)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex UsagePath();

    [GeneratedRegex(@"\|\s*remove_first:\s*(?<quote>['""])(?<path>[^'""]*)\k<quote>\s*\}\}\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Removal();
}
