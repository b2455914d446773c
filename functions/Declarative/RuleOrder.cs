namespace Serverless.Functions.Declarative;

/// <summary>What the order of rules of a kind depends on.</summary>
/// <param name="Id">Their identifiers, which tell those of one position apart.</param>
/// <param name="Position">Where they are.</param>
/// <param name="At">The same rule at another position.</param>
internal sealed record Placing<T>(Func<T, string> Id, Func<T, int> Position, Func<T, int, T> At);

/// <summary>
/// Finds positions for rules, so that they apply in the order of the document. Rules that stand in that order keep
/// their positions, so that nothing changes that need not.
/// </summary>
internal static class RuleOrder
{
    public static IReadOnlyList<Wanted<T>> Place<T>(IReadOnlyList<Wanted<T>> rules, Placing<T> placing)
        where T : class
    {
        var placed = new List<Wanted<T>>();
        T? last = null;
        foreach (var rule in rules)
        {
            var before = last is null ? 0 : placing.Position(last);
            if (before == int.MaxValue)
            {
                return [.. rules.Select((one, index) => At(one, index + 1))];
            }

            var next = rule.Present?.Value is { } present && IsAfter(present, last)
                ? At(rule, placing.Position(present))
                : At(rule, before + 1);
            placed.Add(next);
            last = next.Value;
        }

        return placed;

        // Of one position, a rule that is still to be made comes last.
        bool IsAfter(T rule, T? before) => before is null
            || placing.Position(rule) > placing.Position(before)
            || (placing.Position(rule) == placing.Position(before)
                && placed[^1].Present is not null
                && string.CompareOrdinal(placing.Id(rule), placing.Id(before)) > 0);

        Wanted<T> At(Wanted<T> rule, int position) => rule with { Value = placing.At(rule.Value, position) };
    }
}
