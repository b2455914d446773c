using Azure;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Backends;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes the parts of products that are gone, or were never made because their creation broke off, with the notes at
/// the backends that they used.
/// </summary>
internal sealed class ProductsChore(
    Chores chores,
    TableAccount account,
    LivingProducts products,
    BackendUses uses,
    TimeProvider clock)
{
    private const string Name = "housekeeping-products";

    private readonly Table _parts = account.Table("productparts");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 31 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        await foreach (var partition in sweep.PartitionsAsync(_parts))
        {
            if (await products.LackAsync(partition, sweep.Cancel) && !await sweep.IsYoungAsync(_parts, partition, clock.GetUtcNow()))
            {
                await RemoveUsesAsync(partition, sweep.Cancel);
                await sweep.RemovePartitionAsync(_parts, partition);
            }
        }
    }

    private async Task RemoveUsesAsync(string partition, CancellationToken cancel)
    {
        var (name, generation) = LivingProducts.Split(partition);
        await foreach (var row in _parts.ReadKindAsync(partition, PartKinds.Usage, cancel))
        {
            await uses.RemoveAsync(new(row.GetString("Backend"), name, generation), ETag.All, cancel);
        }
    }
}
