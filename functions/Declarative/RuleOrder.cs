using Serverless.Functions.MappingRules;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Finds positions for mapping rules, so that they apply in the order of the document. Rules that stand in that order keep
/// their positions, so that nothing changes that need not.
/// </summary>
internal static class RuleOrder
{
    public static IReadOnlyList<Wanted<Rule>> Place(IReadOnlyList<Wanted<Rule>> rules)
    {
        var placed = new List<Wanted<Rule>>();
        Rule? last = null;
        foreach (var rule in rules)
        {
            if (last?.Position == int.MaxValue)
            {
                return [.. rules.Select((one, index) => At(one, index + 1))];
            }

            var next = rule.Present?.Value is { } present && IsAfter(present, last)
                ? At(rule, present.Position)
                : At(rule, (last?.Position ?? 0) + 1);
            placed.Add(next);
            last = next.Value;
        }

        return placed;

        // Of one position, a rule that is still to be made comes last.
        bool IsAfter(Rule rule, Rule? before) => before is null
            || rule.Position > before.Position
            || (rule.Position == before.Position
                && placed[^1].Present is not null
                && string.CompareOrdinal(rule.Id, before.Id) > 0);
    }

    private static Wanted<Rule> At(Wanted<Rule> rule, int position) =>
        rule with { Value = rule.Value with { Position = position } };
}
