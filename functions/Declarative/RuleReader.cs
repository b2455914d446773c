using System.Text.Json;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Reads mapping rules. They have no names: one is the same as another when method, pattern and metric are, and of several
/// such the first is the first.
/// </summary>
internal sealed class RuleReader(Fitting fitting, IReadOnlySet<string> metrics, TimeProvider clock)
{
    private static readonly Placing<Rule> Placing = new(
        rule => rule.Id,
        rule => rule.Position,
        (rule, position) => rule with { Position = position });

    public IReadOnlyList<Wanted<Rule>>? Read(Section owner, IReadOnlyList<Stored<Rule>> present)
    {
        var left = present.GroupBy(rule => (rule.Value.Method, rule.Value.Pattern, rule.Value.Metric))
            .ToDictionary(same => ((string?, string?, string?))same.Key, same => new Queue<Stored<Rule>>(same));
        return owner.List("mapping_rules", fitting.Errors) is { } sections
            ? RuleOrder.Place([.. sections.Select(section => Read(section, left)).OfType<Wanted<Rule>>()], Placing)
            : null;
    }

    private Wanted<Rule>? Read(Section section, Dictionary<(string?, string?, string?), Queue<Stored<Rule>>> left)
    {
        var key = (section.Text("method"), section.Text("pattern"), section.Text("metric"));
        var stored = left.TryGetValue(key, out var same) && same.TryDequeue(out var found) ? found : null;
        if (section.Member("position") is { } position)
        {
            fitting.Errors.Add(position.At, "not_here", "Rules apply in the order of the list: leave the position out.");
        }

        var input = fitting.Fit(
            section.Without("position"),
            MappingRulesJson.Default.RuleInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, MappingRulesJson.Default.Rule),
            (rule, errors) => rule.Check(errors));
        fitting.CheckMetric(section, metrics);
        var id = stored?.Value.Id ?? Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        return input is null ? null : new(section.At, input.ToRule(id, 0), stored);
    }
}
