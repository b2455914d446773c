using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>What this process does itself when something has happened; null when that may be anything.</summary>
internal delegate void HearEvent(GatewayEvent? heard);

/// <summary>
/// What this process has heard of, whichever process wrote it. A relay may know of more: then the events are read before it is
/// answered, so that it is told nothing of before what it has heeded.
/// </summary>
internal sealed class Hearing(EventsTable table, IEnumerable<HearEvent> ears) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // All up to this one were heard of; 0 as long as nothing is known.
    private long _last;

    private long Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Has this process do what is to be done about events.</summary>
    public void Hear(IEnumerable<GatewayEvent> events)
    {
        foreach (var heard in events)
        {
            Tell(heard);
            lock (_lock)
            {
                // What others wrote in between is not heard of with it.
                _last += _last > 0 && heard.Sequence == _last + 1 ? 1 : 0;
            }
        }
    }

    /// <summary>Hears of all events up to one that a relay knows of; costs nothing when that is known here too.</summary>
    public async Task CatchUpAsync(long? afterEvent, CancellationToken cancel)
    {
        if (afterEvent is not { } known || known <= Last)
        {
            return;
        }

        await _turn.WaitAsync(cancel);
        try
        {
            while (known > Last && await ReadOnAsync(cancel))
            {
                // Page by page.
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // Whether there may be more.
    private async Task<bool> ReadOnAsync(CancellationToken cancel)
    {
        var last = Last;
        if (last > 0 && await table.ReadAsync(last, cancel) is { Complete: true, Events: { Count: > 0 } events })
        {
            Hear(events);
            return true;
        }

        // What has happened before now cannot be told: what is read from now on is of after it.
        var latest = await table.LatestAsync(cancel);
        Tell(null);
        lock (_lock)
        {
            _last = latest;
        }

        return false;
    }

    private void Tell(GatewayEvent? heard)
    {
        foreach (var ear in ears)
        {
            ear(heard);
        }
    }
}
