using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Metrics;

/// <summary>How writing a rule that counts on a metric ended.</summary>
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

/// <summary>Writes rules of any kind together with a touch of the metric that they count on, so that it cannot go meanwhile.</summary>
internal static class RuleWrites
{
    /// <summary>Done with the new tag, NoMetric, Stale or Missing.</summary>
    public static async Task<(RuleWrite Outcome, ETag ETag)> SubmitAsync(
        TableTransactionAction write, TableEntity row, Parts parts, string metric, CancellationToken cancel)
    {
        var submitted = await parts.Table.SubmitAsync([write, MetricsTable.Touch(parts, metric)], cancel);
        return submitted switch
        {
            { Outcome: Write.Done } => (RuleWrite.Done, row.ETag),
            { FailedAction: 1 } => (RuleWrite.NoMetric, default),
            { Outcome: Write.Stale } => (RuleWrite.Stale, default),
            _ => (RuleWrite.Missing, default),
        };
    }
}
