using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Functions.Audit;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>Removes the days of the audit log that are older than it is to be kept: the entries first, then the day.</summary>
internal sealed class AuditChore(Chores chores, TableAccount account, IOptions<AuditOptions> options, TimeProvider clock)
{
    private const string Name = "housekeeping-audit";

    private readonly Table _audit = account.Table("audit");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 24 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        // Newer days have smaller keys, so those that are over are all that come after the first that has to stay.
        var stays = AuditTable.DayKey(clock.GetUtcNow() - options.Value.Retention);
        await foreach (var day in _audit.ReadAsync(AuditTable.Days, stays, Key.Last.ToString(), null, sweep.Cancel))
        {
            await sweep.RemovePartitionAsync(_audit, AuditTable.Partition(day.RowKey));
            await sweep.RemoveAsync(_audit, day);
        }
    }
}
