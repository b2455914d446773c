using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.MappingRules;

/// <summary>How writing a mapping rule ended.</summary>
internal enum RuleWrite
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>There is no such metric.</summary>
    NoMetric,

    /// <summary>Somebody changed the rule since it was read.</summary>
    Stale,

    /// <summary>There is no such rule.</summary>
    Missing,
}

/// <summary>Mapping rules of a product: rows <c>rule|{id}</c>, written together with a touch of their metric.</summary>
internal sealed class RulesTable(ProductParts parts)
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
    public async Task<IReadOnlyList<Rule>> AllAsync(Product product, CancellationToken cancel)
    {
        var rows = await parts.Table.ReadKindAsync(product.Partition, PartKinds.Rule, cancel).ToListAsync(cancel);
        return [.. InOrder(rows.Select(Read))];
    }

    /// <summary>The position after the last rule's.</summary>
    public async Task<int> NextPositionAsync(Product product, CancellationToken cancel)
    {
        var all = await AllAsync(product, cancel);
        return all.Count == 0 ? 1 : Math.Min(all[^1].Position, int.MaxValue - 1) + 1;
    }

    public async Task<Stored<Rule>?> FindAsync(Product product, string id, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, Key.Of(PartKinds.Rule, id), cancel) is { } row
            ? new(Read(row), row.ETag)
            : null;

    /// <summary>Done with the new tag, or NoMetric.</summary>
    public Task<(RuleWrite Outcome, ETag ETag)> AddAsync(Product product, Rule rule, CancellationToken cancel)
    {
        var row = Row(product, rule);
        return SubmitAsync(Table.Add(row), row, product, rule, cancel);
    }

    /// <summary>Done with the new tag, NoMetric, Stale or Missing.</summary>
    public Task<(RuleWrite Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        Rule rule,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var row = Row(product, rule);
        return SubmitAsync(Table.Replace(row, ifMatch), row, product, rule, cancel);
    }

    /// <summary>Done, Stale or Missing.</summary>
    public Task<Write> DeleteAsync(Product product, string id, ETag ifMatch, CancellationToken cancel) =>
        parts.Table.DeleteAsync(product.Partition, Key.Of(PartKinds.Rule, id), ifMatch, cancel);

    private static TableEntity Row(Product product, Rule rule) => new(product.Partition, Key.Of(PartKinds.Rule, rule.Id))
    {
        ["Method"] = rule.Method,
        ["Pattern"] = rule.Pattern,
        [PartKinds.MetricColumn] = rule.Metric,
        ["Delta"] = rule.Delta,
        ["Position"] = rule.Position,
        ["Last"] = rule.Last,
    };

    private async Task<(RuleWrite Outcome, ETag ETag)> SubmitAsync(
        TableTransactionAction write,
        TableEntity row,
        Product product,
        Rule rule,
        CancellationToken cancel)
    {
        var submitted = await parts.Table.SubmitAsync([write, MetricsTable.Touch(product, rule.Metric)], cancel);
        return submitted switch
        {
            { Outcome: Write.Done } => (RuleWrite.Done, row.ETag),
            { FailedAction: 1 } => (RuleWrite.NoMetric, default),
            { Outcome: Write.Stale } => (RuleWrite.Stale, default),
            _ => (RuleWrite.Missing, default),
        };
    }
}
