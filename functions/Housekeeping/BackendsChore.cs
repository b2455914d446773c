using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Backends;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>Removes the parts of backends that are gone, or were never made because their creation broke off.</summary>
internal sealed class BackendsChore(Chores chores, TableAccount account, BackendsTable backends, TimeProvider clock)
{
    private const string Name = "housekeeping-backends";

    private readonly Table _parts = account.Table("backendparts");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 52 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        await foreach (var partition in sweep.PartitionsAsync(_parts))
        {
            var (name, generation) = LivingProducts.Split(partition);
            if ((await backends.FindAsync(name, sweep.Cancel))?.Value.Generation != generation
                && !await sweep.IsYoungAsync(_parts, partition, clock.GetUtcNow()))
            {
                await sweep.RemovePartitionAsync(_parts, partition);
            }
        }
    }
}
