using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Events;

/// <summary>Data of event <c>missed</c>: the history does not reach back to what was asked for.</summary>
/// <param name="After">What was asked for.</param>
/// <param name="Latest">What there is.</param>
internal sealed record MissedTold(long After, long Latest);

/// <summary>Whether who has made a request may still make it.</summary>
internal delegate ValueTask<bool> StillAllowed(HttpRequest request, Scope scope, CancellationToken cancel);

/// <summary>
/// What happens, as server-sent events: those of the table, and what relays say of themselves, looked at once a second. It ends
/// by itself, or when their access token works no more, and clients come again with what they heard last.
/// </summary>
internal sealed class EventStreams(
    EventsTable events,
    EventLog log,
    Hearing hearing,
    RelaysView relays,
    StillAllowed stillAllowed,
    IHostApplicationLifetime lifetime,
    IOptions<EventsOptions> options,
    TimeProvider clock)
{
    /// <summary>Streams that one process serves at once: each of them looks at storage every second.</summary>
    public const int Most = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private int _open;

    /// <summary>Whether there may be one more; if so, <see cref="Leave"/> is to follow.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= Most)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>Writes what comes after an event, until its time is over, the process ends, or the caller is gone.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="after">What was heard last; null to begin with what comes now.</param>
    /// <param name="cancel">The caller is gone.</param>
    public async Task WriteAsync(HttpResponse response, long? after, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        try
        {
            await RunAsync(response, after, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Whoever is still there comes again.
        }
    }

    private async Task RunAsync(HttpResponse response, long? after, CancellationToken cancel)
    {
        var begun = clock.GetUtcNow();
        var last = after ?? await events.LatestAsync(cancel);
        var counts = new RelayCounts();
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";

        // Reverse proxies would keep it for themselves until there is more of it.
        response.Headers["X-Accel-Buffering"] = "no";
        // The number too: who comes again without having heard of anything is to begin where he was.
        var text = new StringBuilder(FormattableString.Invariant($"id: {last}\nretry: 1000\n\n"));
        var silent = begun;
        for (var now = begun; now - begun < options.Value.StreamLife; now = clock.GetUtcNow())
        {
            if (!await stillAllowed(response.HttpContext.Request, Scope.Read, cancel))
            {
                return;
            }

            last = await AddEventsAsync(text, last, cancel);
            AddCounts(text, counts.Next(await relays.ReadAsync(cancel), now));
            if (text.Length == 0 && now - silent >= Heartbeat)
            {
                text.Append(":\n\n");
            }

            if (text.Length > 0)
            {
                await response.WriteAsync(text.ToString(), cancel);
                await response.Body.FlushAsync(cancel);
                text.Clear();
                silent = now;
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }

    private async Task<long> AddEventsAsync(StringBuilder text, long last, CancellationToken cancel)
    {
        await log.PayAsync(cancel);
        var page = await events.ReadAsync(last, cancel);
        hearing.Hear(page.Events);
        if (!page.Complete)
        {
            Add(text, "missed", new(last, page.Latest), EventsJson.Default.MissedTold, page.Events.Count == 0 ? page.Latest : null);
        }

        foreach (var one in page.Events)
        {
            Add(text, one.Kind, one, ContractsJson.Default.GatewayEvent, one.Sequence);
        }

        return page.Events.Count == 0 ? page.Latest : page.Events[^1].Sequence;
    }

    private static void AddCounts(StringBuilder text, (TunnelsTold? Tunnels, RefusalsTold? Refusals) news)
    {
        if (news.Tunnels is { } tunnels)
        {
            Add(text, "tunnels", tunnels, EventsJson.Default.TunnelsTold);
        }

        if (news.Refusals is { } refusals)
        {
            Add(text, "refusals", refusals, EventsJson.Default.RefusalsTold);
        }
    }

    // JSON has no line ends in it, and so is one line of data.
    private static void Add<T>(StringBuilder text, string name, T data, JsonTypeInfo<T> type, long? id = null)
    {
        if (id is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"id: {id}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"event: {name}\ndata: {JsonSerializer.Serialize(data, type)}\n\n");
    }
}
