using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Applications;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes the rows of keys that were deleted a month ago: until then they say so to whoever still uses one. A row whose
/// application still lists the key is of a deletion that broke off; it stays, or the key would be let in again.
/// </summary>
internal sealed class KeysChore(Chores chores, TableAccount account, ApplicationsTable applications, TimeProvider clock)
{
    private const string Name = "housekeeping-keys";

    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private readonly Table _keys = account.Table("keys");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 10 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var end = clock.GetUtcNow() - Keep;
        var deleted = TableClient.CreateQueryFilter($"State eq {nameof(KeyState.Deleted)}");
        await foreach (var row in _keys.ScanAsync(sweep.After, deleted, sweep.Cancel))
        {
            if (row.Timestamp < end && !await IsListedAsync(row, sweep.Cancel))
            {
                await sweep.RemoveAsync(_keys, row);
            }

            sweep.After = row.PartitionKey;
        }
    }

    // Row keys are {hash}|{product}.
    private async Task<bool> IsListedAsync(TableEntity row, CancellationToken cancel) =>
        await applications.FindWithKeysAsync(row.GetString("Application"), cancel) is { } application
        && application.Application.Generation == row.GetString("ApplicationGeneration")
        && application.Keys.Any(key => row.RowKey.StartsWith(key.Hash.Hex, StringComparison.Ordinal));
}
