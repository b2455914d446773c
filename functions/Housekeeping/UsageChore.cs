using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Applications;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes counts that nobody needs any more: of windows long over, by their period, and all those of applications that
/// are gone. Months and years stay for as long as somebody may ask for a statement. Marks of relays' reports go after a day:
/// no relay sends one again by then.
/// </summary>
internal sealed class UsageChore(Chores chores, TableAccount account, ApplicationsTable applications, TimeProvider clock)
{
    private const string Name = "housekeeping-usage";

    private static readonly TimeSpan KeepMarks = TimeSpan.FromDays(1);

    private readonly Table _usage = account.Table("usage");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 3 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var now = clock.GetUtcNow();
        await foreach (var partition in sweep.PartitionsAsync(_usage))
        {
            if (await IsGoneAsync(partition, sweep.Cancel))
            {
                await sweep.RemovePartitionAsync(_usage, partition);
            }
            else
            {
                await sweep.RemoveAsync(
                    _usage,
                    _usage.ReadAsync(partition, "", Key.Last.ToString(), null, sweep.Cancel).Where(row => IsOver(row, now)));
            }
        }
    }

    // How long counts stay after the end of their window. For ever, in those of eternity.
    private static TimeSpan? Keep(LimitPeriod period) => period switch
    {
        LimitPeriod.Minute => TimeSpan.FromDays(1),
        LimitPeriod.Hour => TimeSpan.FromDays(31),
        LimitPeriod.Day or LimitPeriod.Week => TimeSpan.FromDays(400),
        LimitPeriod.Month or LimitPeriod.Year => TimeSpan.FromDays(5 * 366),
        _ => null,
    };

    // Row keys are {metric}|{period}|{start}.
    private static bool IsOver(TableEntity row, DateTimeOffset now) =>
        UsageTable.IsMark(row) ? now - row.Timestamp > KeepMarks : row.RowKey.Split('|') is [_, var name, var text]
        && LimitPeriods.Parse(name) is { } period
        && DateTimeOffset.TryParseExact(
            text,
            "yyyyMMdd'T'HHmm",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var start)
        && UsageWindow.At(period, start).End + Keep(period) < now;

    // Partitions are {application}|{generation}. An application comes before its usage, so one that is missing is gone.
    private async Task<bool> IsGoneAsync(string partition, CancellationToken cancel) =>
        partition.Split('|') is [var application, var generation]
        && (await applications.FindAsync(application, cancel))?.Generation != generation;
}
