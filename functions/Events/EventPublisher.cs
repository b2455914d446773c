using Microsoft.Extensions.Logging;
using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>
/// Publishes events to whoever is connected to SignalR Service, in their order, as long as that is quick. What is not
/// published, relays find when they next ask; so a service that is away costs no caller more than <see cref="Longest"/>, and
/// then nobody anything for <see cref="Quiet"/>.
/// </summary>
internal sealed partial class EventPublisher(SignalRService service, TimeProvider clock, ILogger<EventPublisher> logger)
{
    /// <summary>How long publishing what happened at once may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing is published after that failed.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    // Timestamp of the last failure; 0 before the first one.
    private long _failed;

    public async Task PublishAsync(IReadOnlyList<GatewayEvent> events)
    {
        if (await TryAsync(async cancel =>
        {
            foreach (var one in events)
            {
                await service.SendAsync(one, cancel);
            }
        }) is { } reason)
        {
            NotPublished(reason, events[0].Sequence, events[^1].Sequence);
        }
    }

    /// <summary>Ends the connections that were opened with an access token of a name, as that works no more.</summary>
    public async Task DisconnectAsync(string name)
    {
        foreach (var role in (string[])[Negotiation.Operator, Negotiation.Relay])
        {
            if (await TryAsync(cancel => service.CloseAsync($"{role}:{name}", cancel)) is { } reason)
            {
                NotClosed(reason, role);
            }
        }
    }

    // Why it failed; null when it did not, or nobody is to be asked.
    private async Task<string?> TryAsync(Func<CancellationToken, Task> work)
    {
        var failed = Volatile.Read(ref _failed);
        if (!service.IsConfigured || (failed != 0 && clock.GetElapsedTime(failed) < Quiet))
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(Longest, clock);
        try
        {
            await work(deadline.Token);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is, what happened is written down, and nobody is to wait for the service again soon.
            Volatile.Write(ref _failed, clock.GetTimestamp());
            return e.Message;
        }
    }

    [LoggerMessage(10001, LogLevel.Warning, "Events {First} to {Last} may not all be published: {Reason} Relays find them when they next ask.", EventName = "EventsNotPublished")]
    private partial void NotPublished(string reason, long first, long last);

    [LoggerMessage(10003, LogLevel.Warning, "Connections of {Role}s whose access token was deleted may stay open: {Reason}", EventName = "ConnectionsNotClosed")]
    private partial void NotClosed(string reason, string role);
}
