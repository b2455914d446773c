using System.Text.Json;
using Serverless.Functions.Backends;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads metrics, of a product or of a backend.</summary>
internal sealed class MetricReader(Fitting fitting)
{
    private const string List = "metrics";

    public IReadOnlyList<Wanted<Metric>>? Read(Section owner, IReadOnlyList<Stored<Metric>> present)
    {
        var seen = new HashSet<string>();
        var byName = present.ToDictionary(metric => metric.Value.SystemName);
        return owner.List(List, fitting.Errors) is { } sections
            ? [.. sections.Select(section => Read(section, byName, seen)).OfType<Wanted<Metric>>()]
            : null;
    }

    /// <summary>The names that there will be, whatever else is wrong with the metrics.</summary>
    public HashSet<string> Names(Section owner, IReadOnlyList<Stored<Metric>> present) =>
    [
        .. (owner.List(List, fitting.Errors) ?? []).Select(section => section.Text("system_name")).OfType<string>(),
        .. present.Select(metric => metric.Value.SystemName).Where(name => !fitting.Prune || name == FirstMetric.Name),
    ];

    private Wanted<Metric>? Read(Section section, Dictionary<string, Stored<Metric>> present, HashSet<string> seen)
    {
        var name = section.Text("system_name");
        fitting.Once(seen, name, section.At + "/system_name");
        var stored = name is null ? null : present.GetValueOrDefault(name);
        var input = fitting.Fit(
            section,
            MetricsJson.Default.MetricInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, MetricsJson.Default.Metric),
            (metric, errors) => metric.Check(errors, stored?.Value));
        return input is null ? null : new(section.At, input.ToMetric(name!, stored?.Value), stored);
    }
}
