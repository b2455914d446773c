using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Events;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Removes events of more than a day ago, from the earliest on, so that no gap comes to be; the last thousand stay for whoever
/// was away for longer. And what relays said of themselves that are gone.
/// </summary>
internal sealed class EventsChore(Chores chores, TableAccount account, EventsTable events, TimeProvider clock)
{
    private const string Name = "housekeeping-events";
    private const int Keep = 1000;

    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    private readonly Table _events = account.Table("events");
    private readonly Table _relays = account.Table("relays");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var end = clock.GetUtcNow() - Age;
        var stays = await events.LatestAsync(sweep.Cancel) - Keep + 1;
        if (stays > 1)
        {
            await sweep.RemoveAsync(
                _events,
                _events.ReadAsync(EventsTable.Partition, EventsTable.RowKey(0), EventsTable.RowKey(stays), null, sweep.Cancel)
                    .TakeWhile(row => row.GetDateTimeOffset("At") < end));
        }

        await sweep.RemoveAsync(
            _relays,
            _relays.ReadKindAsync(RelaysTable.Partition, RelaysTable.Kind, sweep.Cancel)
                .Where(row => row.GetDateTimeOffset("At") < end));
    }
}
