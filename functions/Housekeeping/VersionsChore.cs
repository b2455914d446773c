using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>Removes what environments say of products that are gone, and the versions of those.</summary>
internal sealed class VersionsChore(Chores chores, TableAccount account, LivingProducts products)
{
    private const string Name = "housekeeping-versions";

    private readonly Table _environments = account.Table("environments");
    private readonly Table _snapshots = account.Table("snapshots");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        await foreach (var row in _environments.ScanAsync("", null, sweep.Cancel))
        {
            if (await products.LackAsync(row.GetString("Product"), row.GetString("Generation"), sweep.Cancel))
            {
                await sweep.RemoveAsync(_environments, row);
            }
        }

        await foreach (var partition in sweep.PartitionsAsync(_snapshots))
        {
            if (await products.LackAsync(partition, sweep.Cancel))
            {
                await sweep.RemovePartitionAsync(_snapshots, partition);
            }
        }
    }
}
