using Serverless.Functions.MessageRules;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Reads message rules. They have no names: one is the same as another when it matches the same and counts on the same
/// metric, and of several such the first is the first. Then only what it adds is left to differ, and has its default when it
/// is not mentioned.
/// </summary>
internal sealed class MessageRuleReader(Fitting fitting, IReadOnlySet<string> metrics, TimeProvider clock)
{
    private static readonly Placing<MessageRuleDraft> Placing = new(
        rule => rule.Id,
        rule => rule.Position,
        (rule, position) => rule with { Position = position });

    public IReadOnlyList<Wanted<MessageRuleDraft>>? Read(Section product, IReadOnlyList<Stored<MessageRuleDraft>> present)
    {
        var left = present.GroupBy(rule => rule.Value.Match)
            .ToDictionary(same => same.Key, same => new Queue<Stored<MessageRuleDraft>>(same));
        return product.List("message_rules", fitting.Errors) is { } sections
            ? RuleOrder.Place([.. sections.Select(section => Read(section, left)).OfType<Wanted<MessageRuleDraft>>()], Placing)
            : null;
    }

    private Wanted<MessageRuleDraft>? Read(Section section, Dictionary<MessageMatch, Queue<Stored<MessageRuleDraft>>> left)
    {
        if (section.Member("position") is { } position)
        {
            fitting.Errors.Add(position.At, "not_here", "Rules are in the order of the list: leave the position out.");
        }

        var input = fitting.Fit(
            section.Without("position"),
            MessageRulesJson.Default.MessageRuleInput,
            null,
            (rule, errors) => rule.Check(errors));
        fitting.CheckMetric(section, metrics);
        if (input?.ToRule(Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), 0) is not { } rule)
        {
            return null;
        }

        var stored = left.TryGetValue(rule.Match, out var same) && same.TryDequeue(out var found) ? found : null;
        return new(section.At, rule with { Id = stored?.Value.Id ?? rule.Id }, stored);
    }
}
