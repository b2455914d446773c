using Serverless.Relay.Authorization;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Handshake;

/// <summary>Lets tunnels run to their ends, gives back what they held, and logs both ends of their lives.</summary>
internal sealed class TunnelKeeper(RelayMetrics metrics, ILogger<TunnelKeeper> log)
{
    // The longest agreement that a line has room for: what is agreed on is short, but a backend may say more.
    private const int MostAgreed = 200;

    /// <summary>The client has its 101: both connections are the tunnel's from here on.</summary>
    public void Begin(Exchange exchange, TunnelPlace place)
    {
        metrics.Answered(upgrade: true, "opened");
        metrics.HandshakeTook("opened", exchange.Elapsed);
        var session = place.Session!;
        var (owner, headers) = (session.Owner, exchange.Http.Response.Headers);
        HandshakeLog.Opened(
            log,
            session.Id,
            owner.Product,
            owner.Environment,
            owner.Path,
            owner.Application ?? "-",
            owner.Backend,
            owner.Client,
            Shortened(WithoutCredential(headers.SecWebSocketProtocol.ToString())),
            Shortened(headers.SecWebSocketExtensions.ToString()));
        place.Meter!.Begin(session);

        // A server may repeat what a client offers, and that may be a credential where the product takes none there.
        static string WithoutCredential(string value) =>
            SubprotocolCredential.IsCredential(value) ? "(withheld)" : value;

        static string Shortened(string value) => value.Length == 0 ? "-" : value.Length <= MostAgreed ? value : value[..MostAgreed];
    }

    /// <summary>Lets a tunnel run while its request waits.</summary>
    public async Task<TunnelResult> RunAsync(TunnelPlace place, Stream client, Stream backend, TunnelTerms terms)
    {
        using (place)
        {
            var result = await place.Session!.RunAsync(client, backend, terms);
            LogClosed(place.Session, result);
            return result;
        }
    }

    /// <summary>
    /// Lets a tunnel run by itself, so that its request can end: what the server holds for a request is several times what
    /// an idle tunnel needs.
    /// </summary>
    public void Detach(TunnelPlace place, Stream client, Stream backend, TunnelTerms terms)
    {
        place.HaveConnection();

        // Nothing that flows with a request, such as the scopes of its log, is to live as long as the tunnel.
        using (ExecutionContext.SuppressFlow())
        {
            _ = RunDetachedAsync(place, client, backend, terms);
        }
    }

    private async Task RunDetachedAsync(TunnelPlace place, Stream client, Stream backend, TunnelTerms terms)
    {
        try
        {
            await RunAsync(place, client, backend, terms);
        }
        catch (Exception error)
        {
            HandshakeLog.TunnelFault(log, error);
        }
    }

    private void LogClosed(Session session, TunnelResult result)
    {
        var (owner, row) = (session.Owner, result.End.Row());
        var (total, since) = session.TakeRecord();
        HandshakeLog.Closed(
            log,
            session.Id,
            owner.Product,
            owner.Environment,
            owner.Path,
            owner.Application,
            owner.Backend,
            owner.Client,
            row.Tag,
            row.Actor.Tag(),
            result.CloseCode ?? 0,
            result.Duration.TotalSeconds,
            total.MessagesIn,
            total.BytesIn,
            total.MessagesOut,
            total.BytesOut,
            since.MessagesIn,
            since.BytesIn,
            since.MessagesOut,
            since.BytesOut);
    }
}
