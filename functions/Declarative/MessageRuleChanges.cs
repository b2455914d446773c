using Serverless.Functions.MessageRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of message rules.</summary>
internal static class MessageRuleChanges
{
    public static void Put(ChangeList changes, ChangedOwner owner, IEnumerable<Wanted<MessageRuleDraft>> wanted)
    {
        foreach (var rule in wanted)
        {
            changes.Put(
                rule.Present is null ? Address(owner) : Address(owner, rule.Value),
                rule,
                MessageRulesJson.Default.MessageRuleDraft,
                async cancel => (await MessageRulesTable.AddAsync(owner.Parts, rule.Value, cancel)).Outcome == RuleWrite.Done,
                async (tag, cancel) => (await MessageRulesTable.ReplaceAsync(owner.Parts, rule.Value, tag, cancel)).Outcome == RuleWrite.Done,
                made: "id");
        }
    }

    /// <summary>Before the metrics go that they name.</summary>
    public static void Rest(
        ChangeList changes,
        ChangedOwner owner,
        IReadOnlyList<Stored<MessageRuleDraft>> present,
        IReadOnlyList<Wanted<MessageRuleDraft>>? wanted,
        bool prune) => changes.Rest(
            present,
            wanted,
            prune,
            rule => Address(owner, rule),
            MessageRulesJson.Default.MessageRuleDraft,
            async (rule, tag, cancel) => await MessageRulesTable.DeleteAsync(owner.Parts, rule.Id, tag, cancel) == Write.Done);

    private static string Address(ChangedOwner owner) => $"{owner.Address}/message-rules";

    private static string Address(ChangedOwner owner, MessageRuleDraft rule) => $"{Address(owner)}/{rule.Id}";
}
