using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Management;
using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Metering;

/// <summary>
/// Tells the functions again and again what this relay holds and has refused, so that operators see it. What does not arrive
/// is not sent again: the next one says more.
/// </summary>
internal sealed class StatusReporter(
    OpenSessions sessions,
    RefusalCounts refusals,
    ManagementClient management,
    RelayIdentity relay,
    IOptions<MeteringOptions> options,
    TimeProvider time,
    ILogger<StatusReporter> log)
    : BackgroundService
{
    private bool _isAway;

    /// <summary>What there is to tell now.</summary>
    internal RelayStatus Status() => new()
    {
        Relay = relay.Name,
        Open =
        [
            .. sessions.All
                .Where(session => session.IsOpen)
                .CountBy(session => (session.Owner.Product, session.Owner.Environment))
                .Take(RelayStatus.MostProducts)
                .Select(open => new OpenTunnels(open.Key.Product, open.Key.Environment, open.Value)),
        ],
        Refused = [.. refusals.All.Take(RelayStatus.MostProducts).Select(refused => new RefusedRequests(refused.Product, refused.Code, refused.Count))],
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.StatusInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryTellAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Who says nothing any more is forgotten.
        }
    }

    private async Task TryTellAsync(CancellationToken cancel)
    {
        try
        {
            Heed(await management.TellAsync(Status(), cancel));
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A bug must not end the relay; the next status says more.
            MeteringLog.Fault(log, error);
        }
    }

    // Said once when it is not taken and once when it is again.
    private void Heed(Fetched<RelayStatus> outcome)
    {
        var why = outcome switch
        {
            Fetched<RelayStatus>.Away away => away.Why,
            Fetched<RelayStatus>.Refused refused => refused.Why,
            _ => null,
        };
        if (why is not null && !_isAway)
        {
            MeteringLog.StatusAway(log, why);
        }
        else if (why is null && _isAway)
        {
            MeteringLog.StatusBack(log);
        }

        _isAway = why is not null;
    }
}
