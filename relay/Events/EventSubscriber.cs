using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Management;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Events;

/// <summary>
/// Has events pushed to the relay for as long as somebody pushes them: connects, and connects again, each time with a token of
/// its own. Without it events come as late as they are polled for, and none is missed.
/// </summary>
internal sealed class EventSubscriber(
    ManagementClient management,
    HubNegotiation negotiation,
    EventOrder order,
    EventPoller poller,
    RelayMetrics metrics,
    IOptions<EventsOptions> options,
    TimeProvider time,
    ILogger<EventSubscriber> log)
    : BackgroundService
{
    private bool _saidAlone;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (shortest, longest) = (options.Value.ReconnectMin, options.Value.ReconnectMax);
        var pause = shortest;
        while (options.Value.Enabled)
        {
            try
            {
                var lasted = await TryFollowAsync(stoppingToken);
                pause = lasted > longest ? shortest : pause;
                await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stoppingToken);
                pause = pause * 2 < longest ? pause * 2 : longest;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // One connection, from the question where to its end. How long it was open.
    private async Task<TimeSpan> TryFollowAsync(CancellationToken cancel)
    {
        try
        {
            return await FollowAsync(cancel);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A bug must not end the relay, nor its hearing.
            EventsLog.HearingFault(log, error);
            return TimeSpan.Zero;
        }
    }

    private async Task<TimeSpan> FollowAsync(CancellationToken cancel)
    {
        switch (await management.NegotiateAsync(cancel))
        {
            case Fetched<Subscription>.Fresh(var subscription, _):
                return await FollowAsync(subscription, cancel);
            case Fetched<Subscription>.Refused(var why):
                SayAlone(LogLevel.Information, $"the functions do not say where ({why})");
                return TimeSpan.Zero;
            case Fetched<Subscription>.Away(var why):
                SayAlone(LogLevel.Warning, $"the functions do not answer ({why})");
                return TimeSpan.Zero;
            case var other:
                throw new InvalidOperationException($"Asking where events are published cannot end in {other.GetType().Name}.");
        }
    }

    private async Task<TimeSpan> FollowAsync(Subscription subscription, CancellationToken cancel)
    {
        long? opened = null;
        try
        {
            using var connection = await OpenAsync(subscription, cancel);
            opened = time.GetTimestamp();
            metrics.Subscribed(true);
            EventsLog.Subscribed(log);
            _saidAlone = false;

            // What has happened before this connection was there is not pushed to it.
            poller.Hurry();
            SayAlone(LogLevel.Warning, await connection.RunAsync(Take, cancel));
        }
        catch (Exception error) when (IsTheirs(error) && !cancel.IsCancellationRequested)
        {
            SayAlone(LogLevel.Warning, error.Message);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A bug must not end the relay, nor its hearing.
            EventsLog.HearingFault(log, error);
        }
        finally
        {
            metrics.Subscribed(false);
        }

        return opened is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
    }

    private async Task<HubConnection> OpenAsync(Subscription subscription, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.Value.ServerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var (address, token) = await negotiation.FollowAsync(subscription, either.Token);
            return await HubConnection.OpenAsync(address, token, options.Value, time, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"SignalR Service did not connect within {options.Value.ServerTimeout.TotalSeconds:0.###} s");
        }
    }

    // Everything that the network, or who is behind it, can do to a connection.
    private static bool IsTheirs(Exception error) => error is WebSocketException or HttpRequestException or IOException
        or InvalidDataException or JsonException or TimeoutException or UriFormatException or OperationCanceledException;

    private void Take(GatewayEvent? pushed)
    {
        if (pushed is null)
        {
            EventsLog.Unreadable(log);
            poller.Hurry();
        }
        else if (!order.Push(pushed))
        {
            poller.Hurry();
        }
    }

    // Once, until there is a connection again.
    private void SayAlone(LogLevel level, string why)
    {
        if (!_saidAlone)
        {
            _saidAlone = true;
            EventsLog.PollingAlone(log, level, why);
        }
    }
}
