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

    private long _quietUntil;

    public async Task PublishAsync(IReadOnlyList<GatewayEvent> events)
    {
        if (!service.IsConfigured || clock.GetUtcNow().UtcTicks < Volatile.Read(ref _quietUntil))
        {
            return;
        }

        using var deadline = new CancellationTokenSource(Longest, clock);
        try
        {
            foreach (var one in events)
            {
                await service.SendAsync(one, deadline.Token);
            }
        }
        catch (Exception e)
        {
            // Whatever it is, they are written down, and nobody is to wait for the service again soon.
            Volatile.Write(ref _quietUntil, (clock.GetUtcNow() + Quiet).UtcTicks);
            NotPublished(e.Message, events[0].Sequence, events[^1].Sequence);
        }
    }

    [LoggerMessage(10001, LogLevel.Warning, "Events {First} to {Last} may not all be published: {Reason} Relays find them when they next ask.", EventName = "EventsNotPublished")]
    private partial void NotPublished(string reason, long first, long last);

}
