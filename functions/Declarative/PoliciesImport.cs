using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Declarative;

/// <summary>Takes over a policy chain. Policies that are not there, or are configured as they cannot be here, stay out.</summary>
internal static class PoliciesImport
{
    // As APIcast's own examples spell the names.
    private const string Prefix = "apicast.policy.";
    private const string Routing = "routing";
    private const string Builtin = "builtin";

    /// <summary>The chain that a document has: in the gateway's form, or else in the portal's.</summary>
    public static IReadOnlyList<Section> Find(Section proxy)
    {
        var errors = new Errors();
        return proxy.List("policy_chain", errors) ?? proxy.List("policies_config", errors) ?? [];
    }

    /// <summary>The policy that says which backend a path leads to, which is no policy here.</summary>
    public static Section? FindRouting(IReadOnlyList<Section> chain) =>
        chain.Where(policy => Name(policy) == Routing && IsEnabled(policy)).Select(policy => (Section?)policy).FirstOrDefault();

    public static IReadOnlyList<(JsonObject Policy, string At)> Read(IReadOnlyList<Section> chain, Section? routing, Report report)
    {
        var policies = new List<(JsonObject Policy, string At)>();
        foreach (var section in chain.Where(section => section != routing))
        {
            var name = Name(section);
            if (policies.Exists(other => (string?)other.Policy["name"] == name))
            {
                report.LeaveOut(section.At, "A policy may be in a chain once.");
            }
            else if (section.Text("version") is not (null or Builtin))
            {
                report.LeaveOut(section.At + "/version", "Policies that were written for 3scale's gateway do not run here.");
            }
            else if (ReadPolicy(section, name, report) is { } policy)
            {
                policies.Add((policy, section.At));
            }
        }

        return policies;
    }

    private static JsonObject? ReadPolicy(Section section, string? name, Report report)
    {
        var policy = new JsonObject
        {
            ["name"] = name,
            ["version"] = Builtin,
            ["configuration"] = section.Member("configuration") is { Element.ValueKind: not JsonValueKind.Null } configuration
                ? JsonSerializer.SerializeToNode(configuration.Element, DocumentJson.Default.JsonElement)
                : new JsonObject(),
            ["enabled"] = IsEnabled(section),
        };
        const string At = "/policies/0";
        return Salvage.Passes(
            new JsonObject { ["policies"] = new JsonArray(policy.DeepClone()) },
            PoliciesJson.Default.PolicyChainInput,
            Check,
            at => section.At + (at.StartsWith(At, StringComparison.Ordinal) ? at[At.Length..] : ""),
            report) ? policy : null;
    }

    private static void Check(PolicyChainInput chain, Errors errors)
    {
        chain.Check(errors);
        if (errors.Found.Count == 0)
        {
            chain.ToChain().CheckComplete(errors);
        }
    }

    private static string? Name(Section policy)
    {
        var name = policy.Text("name");
        return name?.StartsWith(Prefix, StringComparison.Ordinal) == true ? name[Prefix.Length..] : name;
    }

    private static bool IsEnabled(Section policy) => policy.Member("enabled")?.Element.ValueKind != JsonValueKind.False;
}
