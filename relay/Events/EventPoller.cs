using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Management;

namespace Serverless.Relay.Events;

/// <summary>
/// Asks the functions what has happened, again and again: so that what was not pushed, or got lost on its way, is late and
/// not missed.
/// </summary>
internal sealed class EventPoller(
    ManagementClient management, EventOrder order, IOptions<EventsOptions> options, TimeProvider time, ILogger<EventPoller> log)
    : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    private readonly Pause _pause = new(time);
    private readonly TaskCompletionSource<bool> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAway;

    /// <summary>Asks now.</summary>
    public void Hurry() => _pause.CutShort();

    /// <summary>
    /// Asks where events begin, unless that is known. To be called before anything is served: what is opened before could have
    /// been taken back unheard.
    /// </summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        if (options.Value.Enabled && order.Last is null)
        {
            _begun.TrySetResult(await TryPollAsync(cancel));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.PollInterval;
        var retry = FirstRetry;
        try
        {
            var answered = await _begun.Task.WaitAsync(stoppingToken);
            while (true)
            {
                // What cannot be known yet is asked for soon again.
                var pause = answered ? interval : Min(retry, interval);
                retry = answered ? FirstRetry : Min(retry * 2, interval);
                await _pause.WaitAsync(pause * (0.9 + (Random.Shared.NextDouble() / 5)), stoppingToken);
                answered = await TryPollAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The relay has stopped, or could not start.
        }
    }

    private async Task<bool> TryPollAsync(CancellationToken cancel)
    {
        try
        {
            return await PollAsync(cancel);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A bug must not end the relay, nor its hearing.
            EventsLog.HearingFault(log, error);
            return false;
        }
    }

    private async Task<bool> PollAsync(CancellationToken cancel)
    {
        while (true)
        {
            var after = order.Last;
            switch (await management.GetEventsAsync(after, cancel))
            {
                case Fetched<EventPage>.Fresh(var page, _):
                    Back();
                    if (!order.Take(page, after))
                    {
                        return true;
                    }

                    break;
                case Fetched<EventPage>.Away(var why):
                    Away(why);
                    return false;
                case Fetched<EventPage>.Refused(var why):
                    // Functions that know of no events are not asked more often than others.
                    Away(why);
                    return true;
                case var other:
                    throw new InvalidOperationException($"Asking for events cannot end in {other.GetType().Name}.");
            }
        }
    }

    // Said once when they are away and once when they are back.
    private void Away(string why)
    {
        if (!Interlocked.Exchange(ref _isAway, true))
        {
            EventsLog.EventsAway(log, why);
        }
    }

    private void Back()
    {
        if (Interlocked.Exchange(ref _isAway, false))
        {
            EventsLog.EventsBack(log);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
