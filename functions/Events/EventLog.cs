using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Contracts;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Events;

/// <summary>What this process does itself when something has happened, by whichever process it hears of it.</summary>
internal delegate void HearEvent(GatewayEvent heard);

/// <summary>
/// Writes down what has happened, then publishes it: for all who come at once together. That it happened does not depend on
/// it, so what changes something announces it and goes on, whatever becomes of that. What could not be written down is owed, and
/// written when somebody next asks this process for events.
/// </summary>
internal sealed partial class EventLog(
    EventsTable table,
    EventPublisher publisher,
    IEnumerable<HearEvent> ears,
    TimeProvider clock,
    ILogger<EventLog> logger)
{
    private const int MostOwed = 10_000;

    private static readonly TimeSpan LongestAppend = TimeSpan.FromSeconds(20);

    private readonly BatchQueue<Pending> _queue = new();
    private readonly ConcurrentQueue<Happening> _owed = new();

    /// <summary>Tells of a change that holds. Failing is an error in the log, and no more: it holds all the same.</summary>
    public async Task AnnounceAsync(Happening happened)
    {
        try
        {
            await AppendAsync(happened);
        }
        catch (Exception e)
        {
            // Whatever it is: the change cannot be undone by it, and what asked for the change is to be told so.
            NotAppended(e, happened.Kind);
            if (_owed.Count < MostOwed)
            {
                _owed.Enqueue(happened);
            }
        }
    }

    /// <summary>Writes down what could not be, if storage takes it now.</summary>
    public async Task PayAsync()
    {
        while (_owed.TryDequeue(out var happened))
        {
            try
            {
                await AppendAsync(happened);
            }
            catch (Exception)
            {
                // It was logged when it could not be written down first, and whoever asks is told himself how storage is.
                _owed.Enqueue(happened);
                return;
            }
        }
    }

    /// <summary>Writes an event down and publishes it; throws when it cannot be written down.</summary>
    public async Task<GatewayEvent> AppendAsync(Happening happened)
    {
        var pending = new Pending(happened);
        await _queue.RunAsync(EventsTable.Partition, pending, WorkAsync);
        return pending.Event!;
    }

    /// <summary>Has this process do what is to be done about events that others have written.</summary>
    public void Hear(IEnumerable<GatewayEvent> events)
    {
        foreach (var (heard, ear) in events.SelectMany(heard => ears.Select(ear => (heard, ear))))
        {
            ear(heard);
        }
    }

    private async Task WorkAsync(IReadOnlyList<Pending> all)
    {
        foreach (var some in all.Chunk(EventsTable.MostAtOnce))
        {
            using var deadline = new CancellationTokenSource(LongestAppend, clock);
            var events = await table.AppendAsync([.. some.Select(one => one.Happened)], deadline.Token);
            foreach (var (one, written) in some.Zip(events))
            {
                one.Event = written;
            }

            Hear(events);
            await publisher.PublishAsync(events);
        }
    }

    [LoggerMessage(10000, LogLevel.Error, "Event {Kind} could not be written down, and is owed.", EventName = "EventNotAppended")]
    private partial void NotAppended(Exception exception, string kind);

    private sealed class Pending(Happening happened)
    {
        public Happening Happened => happened;

        public GatewayEvent? Event { get; set; }
    }
}
