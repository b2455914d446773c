using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MessageRules;

/// <summary>
/// Message rules of a product: rows <c>rule-message|{id}</c> among its parts, written together with a touch of their metric.
/// </summary>
internal static class MessageRulesTable
{
    public static MessageRuleDraft Read(TableEntity row) => new()
    {
        Id = row.RowKey[(PartKinds.MessageRule.Length + 1)..],
        Direction = Words<MessageDirection>.Parse(row.GetString("Direction"))!.Value,
        Opcode = Words<MessageOpcode>.Parse(row.GetString("Opcode"))!.Value,
        Pointer = row.GetString("Pointer"),
        EqualTo = row.GetString("EqualTo") is { } json ? JsonElement.Parse(json) : null,
        Metric = row.GetString(PartKinds.MetricColumn),
        Delta = row.GetInt32("Delta")!.Value,
        Position = row.GetInt32("Position")!.Value,
    };

    /// <summary>Puts rules into their order.</summary>
    public static IEnumerable<MessageRuleDraft> InOrder(IEnumerable<MessageRuleDraft> rules) =>
        rules.OrderBy(r => r.Position).ThenBy(r => r.Id, StringComparer.Ordinal);

    /// <summary>All rules, in their order.</summary>
    public static async Task<IReadOnlyList<MessageRuleDraft>> AllAsync(Parts parts, CancellationToken cancel)
    {
        var rows = await parts.ReadKindAsync(PartKinds.MessageRule, cancel).ToListAsync(cancel);
        return [.. InOrder(rows.Select(Read))];
    }

    /// <summary>The position after the last rule's.</summary>
    public static async Task<int> NextPositionAsync(Parts parts, CancellationToken cancel)
    {
        var all = await AllAsync(parts, cancel);
        return all.Count == 0 ? 1 : Math.Min(all[^1].Position, int.MaxValue - 1) + 1;
    }

    public static async Task<Stored<MessageRuleDraft>?> FindAsync(Parts parts, string id, CancellationToken cancel) =>
        await parts.FindAsync(Key.Of(PartKinds.MessageRule, id), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or NoMetric.</summary>
    public static Task<(RuleWrite Outcome, ETag ETag)> AddAsync(Parts parts, MessageRuleDraft rule, CancellationToken cancel)
    {
        var row = Row(parts, rule);
        return RuleWrites.SubmitAsync(Table.Add(row), row, parts, rule.Metric, cancel);
    }

    /// <summary>Done with the new tag, NoMetric, Stale or Missing.</summary>
    public static Task<(RuleWrite Outcome, ETag ETag)> ReplaceAsync(
        Parts parts,
        MessageRuleDraft rule,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(parts, rule);
        return RuleWrites.SubmitAsync(Table.Replace(row, ifMatch), row, parts, rule.Metric, cancel);
    }

    /// <summary>Done, Stale or Missing.</summary>
    public static Task<Write> DeleteAsync(Parts parts, string id, ETag ifMatch, CancellationToken cancel) =>
        parts.Table.DeleteAsync(parts.Partition, Key.Of(PartKinds.MessageRule, id), ifMatch, cancel);

    private static TableEntity Row(Parts parts, MessageRuleDraft rule) =>
        new(parts.Partition, Key.Of(PartKinds.MessageRule, rule.Id))
        {
            ["Direction"] = Words<MessageDirection>.Of(rule.Direction),
            ["Opcode"] = Words<MessageOpcode>.Of(rule.Opcode),
            ["Pointer"] = rule.Pointer,
            ["EqualTo"] = rule.EqualTo?.GetRawText(),
            [PartKinds.MetricColumn] = rule.Metric,
            ["Delta"] = rule.Delta,
            ["Position"] = rule.Position,
        };
}
