using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>
/// Counts what applications use, and never beyond a limit however many ask at once: check and count are one
/// transaction under ETags, over all the windows concerned. Within this process claims on one application are counted
/// together; between processes the loser of a race reads again.
/// </summary>
internal sealed class UsageCounter(UsageTable table, TimeProvider time)
{
    // Every try that is lost has let another process count, so there is no standstill; still, callers do not wait for ever.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(50);

    private readonly BatchQueue<UsageClaim> _queue = new();

    /// <summary>Counts this usage, all of it or, when one limit would be passed, nothing.</summary>
    /// <param name="application">Partition of the application.</param>
    /// <param name="limits">The limits of its plan that this falls under.</param>
    /// <param name="priced">The metrics of this that its plan has a price for.</param>
    /// <param name="usage">By metric, 1 and up.</param>
    public async Task<UsageVerdict> CountAsync(
        string application,
        IReadOnlyList<PlanLimit> limits,
        IReadOnlyList<string> priced,
        IReadOnlyDictionary<string, long> usage)
    {
        var claim = new UsageClaim(limits, priced, usage);

        // No caller's token: others may depend on the work that this one happens to do.
        await _queue.RunAsync(application, claim, claims => CountAllAsync(application, claims));
        return claim.Verdict!;
    }

    private async Task CountAllAsync(string application, IReadOnlyList<UsageClaim> claims)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        for (var done = 0; done < claims.Count;)
        {
            var batch = TakeBatch(claims.Skip(done));
            await CountBatchAsync(application, batch, deadline.Token);
            done += batch.Count;
        }
    }

    private async Task CountBatchAsync(string application, List<UsageClaim> batch, CancellationToken cancel)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            var rows = await table.ReadAsync(application, batch.SelectMany(claim => claim.Windows).Distinct(), now, cancel);
            foreach (var claim in batch)
            {
                claim.Judge(rows, now);
            }

            // A refusal is true of the moment of reading, so with nothing to count there is nothing to confirm.
            WindowRow[] changed = [.. rows.Values.Where(row => row.Changed)];
            if (changed.Length == 0 || await table.TryWriteAsync(changed, cancel))
            {
                return;
            }

            await Task.Delay(MaxPause * Random.Shared.NextDouble(), time, cancel);
        }
    }

    // As many claims as one transaction can hold the windows of; one claim alone always fits, as plans are bounded.
    private static List<UsageClaim> TakeBatch(IEnumerable<UsageClaim> claims)
    {
        var windows = new HashSet<(string Metric, LimitPeriod Period)>();
        var batch = new List<UsageClaim>();
        foreach (var claim in claims)
        {
            windows.UnionWith(claim.Windows);
            if (windows.Count > UsageTable.MaxWindows && batch.Count > 0)
            {
                break;
            }

            batch.Add(claim);
        }

        return batch;
    }
}
