using Serverless.Contracts;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Events;

/// <summary>
/// Brings what is pushed and what is polled into one order: each event is heeded once, whichever way it comes first, and
/// none before the one in front of it. Where what has happened cannot be known, everything is asked for anew instead. Which
/// history is this relay's, pages say; what is pushed may be of other functions on the same SignalR Service.
/// </summary>
internal sealed class EventOrder(Action<GatewayEvent> heed, Action<long> heedAnew, RelayMetrics metrics, ILogger<EventOrder> log)
{
    private readonly Lock _lock = new();
    private long? _last;
    private string? _generation;

    /// <summary>The last event that was heeded, or need not be; null as long as nothing is known.</summary>
    public long? Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Heeds an event if it is the next one; false when it cannot be told what was before it, and has to be polled for.</summary>
    public bool Push(GatewayEvent happened)
    {
        lock (_lock)
        {
            if (_last is not { } last)
            {
                return false;
            }

            if (happened.Generation != _generation)
            {
                EventsLog.Foreign(log, happened.Sequence);
                return false;
            }

            if (happened.Sequence > last + 1)
            {
                metrics.EventMissed();
                EventsLog.Gap(log, happened.Sequence, last);
                return false;
            }

            if (happened.Sequence == last + 1)
            {
                Heed(happened, "push");
            }

            return true;
        }
    }

    /// <summary>Heeds what is new on a page; whether there is more to be polled for at once.</summary>
    /// <param name="page">The page.</param>
    /// <param name="after">What it was asked for with; null when nothing was known.</param>
    public bool Take(EventPage page, long? after)
    {
        lock (_lock)
        {
            if (_last is not { } last)
            {
                (_last, _generation) = (page.Latest, page.Generation);
                heedAnew(page.Latest);
                return false;
            }

            if (after is null)
            {
                return false;
            }

            if (page.Generation != _generation || page.Latest < after)
            {
                // Numbered from the beginning again: another storage, or one of some time ago.
                Lose(page, last);
                (_last, _generation) = (page.Latest, page.Generation);
                return false;
            }

            if (!page.Complete || !IsUnbroken(page, last))
            {
                Lose(page, last);
                _last = Math.Max(last, page.Latest);
                return false;
            }

            foreach (var happened in page.Events.Where(happened => happened.Sequence > last))
            {
                Heed(happened, "poll");
            }

            return _last < page.Latest && _last > last;
        }
    }

    private static bool IsUnbroken(EventPage page, long last)
    {
        foreach (var happened in page.Events.Where(happened => happened.Sequence > last))
        {
            if (happened.Sequence != ++last)
            {
                return false;
            }
        }

        return true;
    }

    private void Lose(EventPage page, long last)
    {
        EventsLog.HistoryLost(log, page.Latest, last);
        heedAnew(page.Latest);
    }

    private void Heed(GatewayEvent happened, string source)
    {
        _last = happened.Sequence;
        metrics.EventHeeded(source);
        try
        {
            heed(happened);
        }
        catch (Exception error)
        {
            // A bug that one event meets must not keep the next ones from being heeded.
            EventsLog.Fault(log, happened.Sequence, happened.Kind, error);
        }
    }
}
