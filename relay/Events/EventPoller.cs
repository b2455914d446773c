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
    private bool _isAway;

    /// <summary>Asks now.</summary>
    public void Hurry() => _pause.CutShort();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.PollInterval;
        var retry = FirstRetry;
        while (options.Value.Enabled)
        {
            try
            {
                // What cannot be known yet is asked for soon again.
                var answered = await PollAsync(stoppingToken);
                var pause = answered ? interval : Min(retry, interval);
                retry = answered ? FirstRetry : Min(retry * 2, interval);
                await _pause.WaitAsync(pause * (0.9 + (Random.Shared.NextDouble() / 5)), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
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
        if (!_isAway)
        {
            _isAway = true;
            EventsLog.EventsAway(log, why);
        }
    }

    private void Back()
    {
        if (_isAway)
        {
            _isAway = false;
            EventsLog.EventsBack(log);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
