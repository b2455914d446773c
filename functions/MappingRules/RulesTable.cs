using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MappingRules;

/// <summary>
/// Mapping rules of a product or of a backend: rows <c>rule|{id}</c> among its parts, written together with a touch of
/// their metric.
/// </summary>
internal static class RulesTable
{
    public static Rule Read(TableEntity row) => new()
    {
        Id = row.RowKey[(PartKinds.Rule.Length + 1)..],
        Method = row.GetString("Method"),
        Pattern = row.GetString("Pattern"),
        Metric = row.GetString(PartKinds.MetricColumn),
        Delta = row.GetInt32("Delta")!.Value,
        Position = row.GetInt32("Position")!.Value,
        Last = row.GetBoolean("Last")!.Value,
    };

    /// <summary>Puts rules into the order in which they apply.</summary>
    public static IEnumerable<Rule> InOrder(IEnumerable<Rule> rules) =>
        rules.OrderBy(r => r.Position).ThenBy(r => r.Id, StringComparer.Ordinal);

    /// <summary>All rules, in the order in which they apply.</summary>
    public static async Task<IReadOnlyList<Rule>> AllAsync(Parts parts, CancellationToken cancel)
    {
        var rows = await parts.ReadKindAsync(PartKinds.Rule, cancel).ToListAsync(cancel);
        return [.. InOrder(rows.Select(Read))];
    }

    /// <summary>The position after the last rule's.</summary>
    public static async Task<int> NextPositionAsync(Parts parts, CancellationToken cancel)
    {
        var all = await AllAsync(parts, cancel);
        return all.Count == 0 ? 1 : Math.Min(all[^1].Position, int.MaxValue - 1) + 1;
    }

    public static async Task<Stored<Rule>?> FindAsync(Parts parts, string id, CancellationToken cancel) =>
        await parts.FindAsync(Key.Of(PartKinds.Rule, id), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or NoMetric.</summary>
    public static Task<(RuleWrite Outcome, ETag ETag)> AddAsync(Parts parts, Rule rule, CancellationToken cancel)
    {
        var row = Row(parts, rule);
        return RuleWrites.SubmitAsync(Table.Add(row), row, parts, rule.Metric, cancel);
    }

    /// <summary>Done with the new tag, NoMetric, Stale or Missing.</summary>
    public static Task<(RuleWrite Outcome, ETag ETag)> ReplaceAsync(
        Parts parts,
        Rule rule,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(parts, rule);
        return RuleWrites.SubmitAsync(Table.Replace(row, ifMatch), row, parts, rule.Metric, cancel);
    }

    /// <summary>Done, Stale or Missing.</summary>
    public static Task<Write> DeleteAsync(Parts parts, string id, ETag ifMatch, CancellationToken cancel) =>
        parts.Table.DeleteAsync(parts.Partition, Key.Of(PartKinds.Rule, id), ifMatch, cancel);

    private static TableEntity Row(Parts parts, Rule rule) => new(parts.Partition, Key.Of(PartKinds.Rule, rule.Id))
    {
        ["Method"] = rule.Method,
        ["Pattern"] = rule.Pattern,
        [PartKinds.MetricColumn] = rule.Metric,
        ["Delta"] = rule.Delta,
        ["Position"] = rule.Position,
        ["Last"] = rule.Last,
    };
}
