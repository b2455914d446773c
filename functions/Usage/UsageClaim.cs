using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>What is about to be used, or has been; what of it is counted, and what became of it.</summary>
/// <param name="limits">The limits that it falls under.</param>
/// <param name="priced">The metrics whose use is counted by the month, limited or not.</param>
/// <param name="usage">By metric.</param>
internal sealed class UsageClaim(
    IReadOnlyList<PlanLimit> limits,
    IReadOnlyList<string> priced,
    IReadOnlyDictionary<string, long> usage)
{
    private readonly (string Metric, LimitPeriod Period)[] _counted =
    [
        .. limits.Select(limit => (limit.Metric, limit.Period)).Union(priced.Select(metric => (metric, LimitPeriod.Month))),
    ];

    /// <summary>Limits whose counts whoever claims wants to know, whether it falls under them or not.</summary>
    public IReadOnlyList<PlanLimit> Watched { get; init; } = [];

    /// <summary>
    /// Of what has happened already, and so counts beyond limits too: the key of a row that is written with the counts, so that
    /// it counts once however often it is claimed. Null for what is only asked for.
    /// </summary>
    public string? Mark { get; init; }

    /// <summary>The windows that it counts or looks in, each once: a metric may be limited by the month and priced too.</summary>
    public IReadOnlyList<(string Metric, LimitPeriod Period)> Windows =>
        Watched.Count == 0 ? _counted : [.. _counted.Union(Watched.Select(limit => (limit.Metric, limit.Period)))];

    /// <summary>Whether there is anything to count.</summary>
    public bool Counts => _counted.Length > 0;

    /// <summary>Set by who does the counting.</summary>
    public UsageVerdict? Verdict { get; private set; }

    /// <summary>What the windows of the watched limits hold, with this counted; set by who does the counting.</summary>
    public IReadOnlyList<WindowCount> Watch { get; private set; } = [];

    /// <summary>Judges the claim by what the windows hold now; if it passes, they hold it from then on.</summary>
    public void Judge(IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows, DateTimeOffset now)
    {
        Verdict = Mark is null
            ? UsageVerdict.Of(limits.Select(limit => rows[(limit.Metric, limit.Period)].Count(limit)), usage, now)
            : new UsageVerdict.Counted();
        if (Verdict is UsageVerdict.Counted)
        {
            foreach (var window in _counted)
            {
                rows[window].Add(usage[window.Metric]);
            }
        }

        Look(rows);
    }

    /// <summary>The same for a claim that was counted before.</summary>
    public void Pass(IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows)
    {
        Verdict = new UsageVerdict.Counted();
        Look(rows);
    }

    private void Look(IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows)
    {
        if (Watched.Count > 0)
        {
            Watch = [.. Watched.Select(limit => rows[(limit.Metric, limit.Period)].Count(limit))];
        }
    }
}
