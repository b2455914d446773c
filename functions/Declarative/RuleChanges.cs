using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of mapping rules.</summary>
internal static class RuleChanges
{
    public static void Put(ChangeList changes, ChangedOwner owner, IEnumerable<Wanted<Rule>> wanted)
    {
        foreach (var rule in wanted)
        {
            changes.Put(
                rule.Present is null ? Address(owner) : Address(owner, rule.Value),
                rule,
                MappingRulesJson.Default.Rule,
                async cancel => (await RulesTable.AddAsync(owner.Parts, rule.Value, cancel)).Outcome == RuleWrite.Done,
                async (tag, cancel) => (await RulesTable.ReplaceAsync(owner.Parts, rule.Value, tag, cancel)).Outcome == RuleWrite.Done,
                made: "id");
        }
    }

    /// <summary>Before the metrics go that they name.</summary>
    public static void Rest(
        ChangeList changes,
        ChangedOwner owner,
        IReadOnlyList<Stored<Rule>> present,
        IReadOnlyList<Wanted<Rule>>? wanted,
        bool prune) => changes.Rest(
            present,
            wanted,
            prune,
            rule => Address(owner, rule),
            MappingRulesJson.Default.Rule,
            async (rule, tag, cancel) => await RulesTable.DeleteAsync(owner.Parts, rule.Id, tag, cancel) == Write.Done);

    private static string Address(ChangedOwner owner) => $"{owner.Address}/mapping-rules";

    private static string Address(ChangedOwner owner, Rule rule) => $"{Address(owner)}/{rule.Id}";
}
