using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>What one request is about to use, the limits that this falls under, and what became of it.</summary>
internal sealed class UsageClaim(IReadOnlyList<PlanLimit> limits, IReadOnlyDictionary<string, long> usage)
{
    public IReadOnlyList<PlanLimit> Limits => limits;

    /// <summary>Set by who does the counting.</summary>
    public UsageVerdict? Verdict { get; private set; }

    /// <summary>Judges the claim by what the windows hold now; if it passes, they hold it from then on.</summary>
    public void Judge(IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows, DateTimeOffset now)
    {
        Verdict = UsageVerdict.Of(limits.Select(limit => rows[(limit.Metric, limit.Period)].Count(limit)), usage, now);
        if (Verdict is UsageVerdict.Counted)
        {
            foreach (var limit in limits)
            {
                rows[(limit.Metric, limit.Period)].Add(usage[limit.Metric]);
            }
        }
    }
}
