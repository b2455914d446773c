using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Contracts;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Events;

/// <summary>
/// Writes down what has happened, then publishes it: for all who come at once together. That it happened does not depend on
/// it, so what changes something announces it and goes on, whatever becomes of that. What could not be written down is owed, and
/// written when somebody next asks this process for events.
/// </summary>
internal sealed partial class EventLog(
    EventsTable table,
    EventPublisher publisher,
    Hearing hearing,
    TimeProvider clock,
    ILogger<EventLog> logger)
{
    private const int MostOwed = 10_000;

    private static readonly TimeSpan LongestAppend = TimeSpan.FromSeconds(20);

    // Less than a relay waits for the answer to its question.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly BatchQueue<Pending> _queue = new();
    private readonly ConcurrentQueue<Happening> _owed = new();
    private readonly Lock _lock = new();
    private Task _paying = Task.CompletedTask;

    /// <summary>
    /// Tells of a change that holds; whether it was written down. Failing is an error in the log, and no more: it holds all the same.
    /// </summary>
    public async Task<bool> AnnounceAsync(Happening happened)
    {
        try
        {
            await AppendAsync(happened);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is: the change cannot be undone by it, and what asked for the change is to be told so.
            NotAppended(e, happened.Kind);
            if (_owed.Count < MostOwed)
            {
                _owed.Enqueue(happened);
            }

            return false;
        }
    }

    /// <summary>Writes down what could not be, if storage takes it now; waits for that for a moment only.</summary>
    public async Task PayAsync(CancellationToken cancel)
    {
        Task paying;
        lock (_lock)
        {
            if (_paying.IsCompleted && !_owed.IsEmpty)
            {
                _paying = PayAllAsync();
            }

            paying = _paying;
        }

        try
        {
            await paying.WaitAsync(LongestWait, clock, cancel);
        }
        catch (TimeoutException)
        {
            // It goes on, and whoever asks next looks at it again.
        }
    }

    /// <summary>Writes an event down and publishes it; throws when it cannot be written down.</summary>
    public async Task<GatewayEvent> AppendAsync(Happening happened)
    {
        var pending = new Pending(happened);
        try
        {
            await _queue.RunAsync(EventsTable.Partition, pending, WorkAsync);
        }
        catch (Exception) when (pending.Event is not null)
        {
            // Others that came with it could not be written down. This one is.
        }

        return pending.Event!;
    }

    // Not of the caller, who leaves when he has waited long enough.
    private async Task PayAllAsync()
    {
        await Task.Yield();
        List<Happening> due = [];
        while (_owed.TryDequeue(out var happened))
        {
            due.Add(happened);
        }

        await Task.WhenAll(due.Select(async happened =>
        {
            try
            {
                await AppendAsync(happened);
            }
            catch (Exception)
            {
                // It was logged when it could not be written down first, and whoever asks is told himself how storage is.
                _owed.Enqueue(happened);
            }
        }));
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

            hearing.Hear(events);
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
