using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Usage;

/// <summary>
/// Counts what applications use, and what is only asked for never beyond a limit, however many ask at once: check and count
/// are one transaction under ETags, over all the windows concerned. Within this process claims on one application are counted
/// together; between processes the loser of a race reads again.
/// </summary>
internal sealed class UsageCounter(UsageTable table, TimeProvider time)
{
    // Every try that is lost has let another process count, so there is no standstill; still, callers do not wait for ever.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(50);

    private readonly BatchQueue<UsageClaim> _queue = new();

    /// <summary>
    /// Counts a claim, all of it or, when one limit would be passed, nothing; the claim knows then. What has happened already
    /// is counted in any case, and once.
    /// </summary>
    /// <param name="application">Partition of the application.</param>
    /// <param name="claim">What to count.</param>
    public Task CountAsync(string application, UsageClaim claim) =>

        // No caller's token: others may depend on the work that this one happens to do.
        _queue.RunAsync(application, claim, claims => CountAllAsync(application, claims));

    /// <summary>Looks at the limits that a claim watches, where there is nothing to count.</summary>
    public async Task LookAsync(string application, UsageClaim claim, CancellationToken cancel) =>
        claim.Pass(await table.ReadAsync(application, claim.Windows, time.GetUtcNow(), cancel));

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
        // Most marks are new, so nobody looks for them until one has kept a transaction from being written; or something
        // else has, such as a transaction that was written and whose answer was lost.
        for (IReadOnlySet<string> marked = new HashSet<string>(); ; marked = await FindMarksAsync(application, batch, cancel))
        {
            var now = time.GetUtcNow();
            var rows = await table.ReadAsync(application, batch.SelectMany(claim => claim.Windows).Distinct(), now, cancel);
            var marks = Judge(batch, rows, marked, now);

            // A refusal is true of the moment of reading, so with nothing to count there is nothing to confirm.
            WindowRow[] changed = [.. rows.Values.Where(row => row.Changed)];
            if (changed.Length == 0 || await table.TryWriteAsync(application, changed, marks, cancel))
            {
                return;
            }

            await Task.Delay(MaxPause * Random.Shared.NextDouble(), time, cancel);
        }
    }

    private static HashSet<string> Judge(
        List<UsageClaim> batch,
        IReadOnlyDictionary<(string Metric, LimitPeriod Period), WindowRow> rows,
        IReadOnlySet<string> marked,
        DateTimeOffset now)
    {
        var marks = new HashSet<string>();
        foreach (var claim in batch)
        {
            // One that is claimed twice at once counts once too.
            if (claim.Mark is { } mark && (marked.Contains(mark) || !marks.Add(mark)))
            {
                claim.Pass(rows);
            }
            else
            {
                claim.Judge(rows, now);
            }
        }

        return marks;
    }

    private Task<IReadOnlySet<string>> FindMarksAsync(string application, List<UsageClaim> batch, CancellationToken cancel) =>
        table.FindMarksAsync(application, batch.Select(claim => claim.Mark).OfType<string>().Distinct(), cancel);

    // As many claims as one transaction can hold the windows and marks of; one claim alone always fits, as plans are bounded.
    private static List<UsageClaim> TakeBatch(IEnumerable<UsageClaim> claims)
    {
        var windows = new HashSet<(string Metric, LimitPeriod Period)>();
        var marks = 0;
        var batch = new List<UsageClaim>();
        foreach (var claim in claims)
        {
            windows.UnionWith(claim.Windows);
            marks += claim.Mark is null ? 0 : 1;
            if (windows.Count + marks > UsageTable.MaxRows && batch.Count > 0)
            {
                break;
            }

            batch.Add(claim);
        }

        return batch;
    }
}
