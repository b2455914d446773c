using System.Text.Json.Nodes;

namespace Serverless.Functions.Declarative;

/// <summary>A backend of an imported document, with the metrics and rules that its products say it has.</summary>
/// <param name="Name">System name here.</param>
/// <param name="Url">Private base URL.</param>
/// <param name="Owner">What rules know it by; null when they do not.</param>
internal sealed record ImportedBackend(string Name, string Url, string? Owner)
{
    private readonly HashSet<string> _known = [];
    private readonly List<JsonObject> _rules = [];

    /// <summary>The metrics, apart from the one that every backend has.</summary>
    public List<string> Metrics { get; } = [];

    /// <summary>Adds a rule, unless another product has said it already.</summary>
    public void AddRule(JsonObject rule)
    {
        if (_known.Add(rule.ToJsonString()))
        {
            _rules.Add(rule);
        }
    }

    /// <summary>The backend as a document has it.</summary>
    public JsonObject ToSection() => new()
    {
        ["system_name"] = Name,
        ["name"] = Name,
        ["private_base_url"] = Url,
        ["metrics"] = ImportedMetrics.ToSection(Metrics),
        ["mapping_rules"] = new JsonArray([.. _rules]),
    };
}

/// <summary>A backend as an imported product uses it.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Backend">The backend.</param>
/// <param name="At">Where the document says so.</param>
internal sealed record ImportedUse(string Path, ImportedBackend Backend, string At);
