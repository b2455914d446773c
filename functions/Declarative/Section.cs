using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>A part of a document.</summary>
/// <param name="Element">What it says.</param>
/// <param name="At">Where it is, as a JSON pointer.</param>
internal readonly record struct Section(JsonElement Element, string At)
{
    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    /// <summary>A member, or null when it is not mentioned.</summary>
    public Section? Member(string name) => IsObject && Element.TryGetProperty(name, out var member)
        ? new(member, Errors.Append(At, name))
        : null;

    /// <summary>The text of a member; null when there is none, or when it is something else.</summary>
    public string? Text(string name) => Member(name)?.AsText();

    public string? AsText() => Element.ValueKind == JsonValueKind.String ? Element.GetString() : null;

    /// <summary>The elements of a list; null when it is not mentioned.</summary>
    public IReadOnlyList<Section>? List(string name, Errors errors)
    {
        if (Member(name) is not { } list)
        {
            return null;
        }

        if (list.Element.ValueKind != JsonValueKind.Array)
        {
            errors.Add(list.At, "wrong_type", "It needs to be an array; [] is one of nothing.");
            return null;
        }

        return list.Items();
    }

    /// <summary>The same section without some of its members.</summary>
    public Section Without(params ReadOnlySpan<string> names)
    {
        if (!IsObject)
        {
            return this;
        }

        var rest = new JsonObject();
        foreach (var member in Element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                rest[member.Name] = JsonSerializer.SerializeToNode(member.Value, DocumentJson.Default.JsonElement);
            }
        }

        return this with { Element = JsonSerializer.SerializeToElement(rest, DocumentJson.Default.JsonNode) };
    }

    private List<Section> Items()
    {
        var items = new List<Section>();
        foreach (var item in Element.EnumerateArray())
        {
            items.Add(new(item, $"{At}/{items.Count}"));
        }

        return items;
    }
}
