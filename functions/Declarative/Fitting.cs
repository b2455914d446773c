using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Makes of sections the very inputs that requests have as bodies, under the same checks. What a section does not mention
/// is as it is now, unless what is not mentioned shall go; what it mentions as null goes in any case.
/// </summary>
internal sealed class Fitting(Errors errors, bool prune)
{
    public Errors Errors { get; } = errors;

    /// <summary>Whether what is not mentioned shall go.</summary>
    public bool Prune { get; } = prune;

    /// <summary>The input; null when something is wrong with it, which then is among the errors.</summary>
    /// <param name="section">What the document says.</param>
    /// <param name="type">Type of the input.</param>
    /// <param name="present">The resource as it is; null for a new one.</param>
    /// <param name="check">The check of the resource.</param>
    public T? Fit<T>(Section section, JsonTypeInfo<T> type, JsonNode? present, Action<T, Errors> check)
        where T : class
    {
        var found = new Errors();
        var input = Shape.Clean(section.Element, type, "", found) is JsonObject said
            ? Overlay(Prune ? null : present as JsonObject, said, section.Element).Deserialize(type)
            : null;
        if (input is not null)
        {
            check(input, found);
        }
        else if (found.Found.Count == 0)
        {
            found.Add("", "wrong_type", "It may not be null.");
        }

        Errors.AddWithin(section.At, found);
        return found.Found.Count == 0 ? input : null;
    }

    /// <summary>Notes a name that another element of the same list has already.</summary>
    public void Once(HashSet<string> seen, string? name, string at)
    {
        if (name is not null && !seen.Add(name))
        {
            Errors.Add(at, "duplicate", "The list has it twice.");
        }
    }

    /// <summary>Notes a metric that a section names and that there will not be.</summary>
    public void CheckMetric(Section section, IReadOnlySet<string> metrics)
    {
        if (section.Text("metric") is { } metric && !metrics.Contains(metric))
        {
            Errors.Add(section.At + "/metric", "unknown_metric", $"There is no metric '{Text.Shorten(metric)}'.");
        }
    }

    // Members that are objects themselves are laid over each other, lists replaced. What did not fit is among the errors.
    private static JsonObject Overlay(JsonObject? present, JsonObject said, JsonElement raw)
    {
        if (present is null)
        {
            return said;
        }

        foreach (var member in raw.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                present.Remove(member.Name);
            }
            else if (said[member.Name] is JsonObject inner && present[member.Name] is JsonObject below)
            {
                Overlay(below, inner, member.Value);
            }
            else
            {
                present[member.Name] = said[member.Name]?.DeepClone();
            }
        }

        return present;
    }
}
