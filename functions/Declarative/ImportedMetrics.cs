using System.Text.Json.Nodes;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>Makes the metrics that imported rules name. The gateway's document says nothing of them but that.</summary>
internal static class ImportedMetrics
{
    /// <summary>The metric's name here, noted when it is met for the first time; null when there is no name in it.</summary>
    public static string? Take(string? named, List<string> known, string at, Report report)
    {
        if (Slug.Of(named) is not { } name)
        {
            report.LeaveOut(at, "The rule names no metric.");
            return null;
        }

        if (name != named)
        {
            report.Change(at, "renamed", $"The metric is called '{name}' here.");
        }

        if (name != FirstMetric.Name && !known.Contains(name))
        {
            known.Add(name);
            report.Change(
                at,
                "metric_made",
                $"The document says nothing of metric '{Text.Shorten(name)}' but its name: it is made with unit "
                + $"'{FirstMetric.Unit}' and without a parent. If it was a method of {FirstMetric.Name}, make it one before "
                + "applications use it.");
        }

        return name;
    }

    public static JsonArray ToSection(IEnumerable<string> names) => new(
    [
        .. names.Select(name => new JsonObject { ["system_name"] = name, ["name"] = name, ["unit"] = FirstMetric.Unit }),
    ]);
}
