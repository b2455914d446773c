using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Configuration;
using Serverless.Relay.Metering;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Revocation;

/// <summary>
/// What follows from an event on this relay. Answers are overtaken before tunnels are ended, so that none opens in between:
/// a handshake either asks after the event, or is among the sessions when these are looked through, or finds the order when
/// it joins them.
/// </summary>
internal sealed class Consequences(
    AnswerAges ages,
    OpenSessions sessions,
    OperatorDrains drains,
    ConfigurationPoller poller,
    UsageReporter reporter,
    ILogger<Consequences> log)
{
    private static readonly SessionFilter OpenedWithKey = new(null, null, null, null) { WithKey = true };

    /// <summary>Does what an event is for, at once; an unknown kind is none of this relay's business.</summary>
    public void Heed(GatewayEvent happened)
    {
        RevocationLog.Heard(log, happened.Sequence, happened.Kind, happened.Product, happened.Application);
        switch (happened.Kind)
        {
            case EventKinds.ConfigurationPromoted or EventKinds.ConfigurationRolledBack:
                Promote(happened);
                break;
            case EventKinds.ApplicationSuspended or EventKinds.ApplicationDeleted when happened is not { Application: null, Product: null }:
                Overtake(happened);
                End(happened, Meant(happened), TunnelEnd.KeyRevoked);
                break;
            case EventKinds.KeyDeleted when happened is { Application: not null, Key: not null }:
                Overtake(happened);
                End(happened, Meant(happened) with { Key = happened.Key }, TunnelEnd.KeyRevoked);
                break;
            case EventKinds.ApplicationResumed:
                Overtake(happened);
                break;
            case EventKinds.ApplicationPlanChanged:
                Overtake(happened);
                reporter.Hurry(happened.Product, happened.Application);
                CloseIfAsked(happened);
                break;
            case EventKinds.ConnectionsClose when happened is not { Application: null, Product: null, Backend: null }:
                End(happened, Meant(happened), TunnelEnd.ClosedByOperator);
                break;
            case EventKinds.ConnectionsDrain when happened is not { Product: null, Backend: null }:
                drains.Begin(Meant(happened), spread: null, always: true);
                break;
            case EventKinds.ApplicationSuspended or EventKinds.ApplicationDeleted or EventKinds.KeyDeleted
                or EventKinds.ConnectionsClose or EventKinds.ConnectionsDrain:
                RevocationLog.Unclear(log, happened.Sequence, happened.Kind);
                HeedAnew();
                break;
        }
    }

    /// <summary>
    /// Nobody can say what has happened so far. Nothing that was learnt before is relied on; whether a key still opens its
    /// tunnel is found out by having the tunnel come back.
    /// </summary>
    public void HeedAnew()
    {
        ages.OvertakeAll();
        poller.Hurry();
        reporter.Hurry(product: null, application: null);
        sessions.EndUnderWay(OpenedWithKey, TunnelEnd.Drained);

        // At the start there is nobody yet, and nothing to be said.
        if (sessions.All.Any(OpenedWithKey.Matches) && drains.Begin(OpenedWithKey, spread: null, always: true) is { } drain)
        {
            RevocationLog.Anew(log, drain.Ending.Count);
        }
    }

    private static SessionFilter Meant(GatewayEvent happened) =>
        new(happened.Product, happened.Environment, happened.Application, happened.Backend);

    private void Overtake(GatewayEvent happened)
    {
        if (happened.Application is { } application)
        {
            ages.Overtake(application);
        }
        else if (happened.Product is { } product)
        {
            ages.OvertakeProduct(product);
        }
        else
        {
            ages.OvertakeAll();
        }
    }

    // Those who are closed come back: it should be to the new version.
    private void Promote(GatewayEvent happened) => poller.Hurry(happened.CloseConnections ? () => CloseIfAsked(happened) : null);

    private void CloseIfAsked(GatewayEvent happened)
    {
        if (happened.CloseConnections && happened is not { Application: null, Product: null })
        {
            End(happened, Meant(happened), TunnelEnd.ClosedByOperator);
        }
    }

    private void End(GatewayEvent happened, SessionFilter meant, TunnelEnd end)
    {
        var count = sessions.End(meant, end);
        RevocationLog.Ends(
            log, happened.Sequence, happened.Kind, happened.Product, happened.Environment, happened.Application, count);
    }
}
