using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes what environments say of products that are gone, their claims on public base URLs, and their versions.
/// </summary>
internal sealed class VersionsChore(Chores chores, TableAccount account, LivingProducts products)
{
    private const string Name = "housekeeping-versions";

    private readonly Table _environments = account.Table("environments");
    private readonly Table _hosts = account.Table("hosts");
    private readonly Table _snapshots = account.Table("snapshots");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        await SweepAsync(sweep, _environments);
        await SweepAsync(sweep, _hosts);
        await foreach (var partition in sweep.PartitionsAsync(_snapshots))
        {
            if (await products.LackAsync(partition, sweep.Cancel))
            {
                await sweep.RemovePartitionAsync(_snapshots, partition);
            }
        }
    }

    // As it was read: a row that a product of the same name has made its own meanwhile stays.
    private async Task SweepAsync(Sweep sweep, Table table)
    {
        await foreach (var row in table.ScanAsync("", null, sweep.Cancel))
        {
            if (await products.LackAsync(row.GetString("Product"), row.GetString("Generation"), sweep.Cancel))
            {
                await sweep.RemoveAsync(table, row);
            }
        }
    }
}
