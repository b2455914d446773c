using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>Removes tickets that nobody has come with while they were good.</summary>
internal sealed class TicketsChore(Chores chores, TableAccount account, TimeProvider clock)
{
    private const string Name = "housekeeping-tickets";

    private readonly Table _tickets = account.Table("tickets");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 59 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var over = TableClient.CreateQueryFilter($"ExpiresAt lt {clock.GetUtcNow()}");
        await foreach (var row in _tickets.ScanAsync(sweep.After, over, sweep.Cancel))
        {
            await sweep.RemoveAsync(_tickets, row);
            sweep.After = row.PartitionKey;
        }
    }
}
