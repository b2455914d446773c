using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>What one request is about to use, what of it is counted, and what became of it.</summary>
/// <param name="limits">The limits that it falls under.</param>
/// <param name="priced">The metrics whose use is counted by the month, limited or not.</param>
/// <param name="usage">By metric.</param>
internal sealed class UsageClaim(
    IReadOnlyList<PlanLimit> limits,
    IReadOnlyList<string> priced,
    IReadOnlyDictionary<string, long> usage)
{
    /// <summary>The windows that it counts in, each once: a metric may be limited by the month and priced too.</summary>
    public IReadOnlyList<(string Metric, LimitPeriod Period)> Windows { get; } =
    [
        .. limits.Select(limit => (limit.Metric, limit.Period)).Union(priced.Select(metric => (metric, LimitPeriod.Month))),
    ];

    /// <summary>Set by who does the counting.</summary>
    public UsageVerdict? Verdict { get; private set; }

    /// <summary>Judges the claim by what the windows hold now; if it passes, they hold it from then on.</summary>
    public void Judge(IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows, DateTimeOffset now)
    {
        Verdict = UsageVerdict.Of(limits.Select(limit => rows[(limit.Metric, limit.Period)].Count(limit)), usage, now);
        if (Verdict is UsageVerdict.Counted)
        {
            foreach (var window in Windows)
            {
                rows[window].Add(usage[window.Metric]);
            }
        }
    }
}
