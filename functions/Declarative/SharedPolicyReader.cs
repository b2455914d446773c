using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads the shared policies that a document describes, so that its chain finds them on any gateway.</summary>
internal sealed class SharedPolicyReader(Fitting fitting, IReadOnlyDictionary<string, Stored<SharedPolicy>> present)
{
    /// <summary>The list of them in a product's section.</summary>
    public const string List = "shared_policies";

    private const string Configuration = "configuration";

    /// <summary>Their names, so that they can be read before.</summary>
    public static IReadOnlyList<string> Names(Section product) =>
    [
        .. (product.List(List, new Errors()) ?? []).Take(PolicyChainInput.MostPolicies)
            .Select(policy => policy.Text("name")).OfType<string>().Where(Rules.IsSlug).Distinct(),
    ];

    public IReadOnlyList<Wanted<SharedPolicy>> Read(Section product)
    {
        var sections = product.List(List, fitting.Errors) ?? [];
        if (sections.Count > PolicyChainInput.MostPolicies)
        {
            fitting.Errors.Add(
                $"{product.At}/{List}",
                "too_many",
                $"A document may have {PolicyChainInput.MostPolicies} shared policies and has {sections.Count}.");
            return [];
        }

        var seen = new HashSet<string>();
        return [.. sections.Select(section => Read(section, seen)).OfType<Wanted<SharedPolicy>>()];
    }

    private Wanted<SharedPolicy>? Read(Section section, HashSet<string> seen)
    {
        var name = section.Text("name");
        fitting.Once(seen, name, section.At + "/name");
        var stored = name is null ? null : present.GetValueOrDefault(name);
        var input = fitting.Fit(
            section,
            PoliciesJson.Default.SharedPolicyInput,
            stored is null ? null : Overlaid(stored.Value, section),
            (policy, errors) => policy.Check(errors, stored?.Value.Name));
        if (input is null)
        {
            return null;
        }

        var policy = input.ToPolicy(name!);
        var whole = stored is null ? policy : policy.KeepSecrets(stored.Value);
        whole.Policy.CheckComplete(whole.Configuration, $"{section.At}/{Configuration}", fitting.Errors);
        return new(section.At, whole, stored);
    }

    // A configuration is one thing: mentioned, it is the whole of it.
    private static JsonObject Overlaid(SharedPolicy stored, Section said)
    {
        var body = DocumentExport.Write(stored);
        if (said.Member(Configuration) is not null)
        {
            body.Remove(Configuration);
        }

        return body;
    }
}
