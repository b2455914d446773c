using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Configuration;
using Serverless.Relay.Metering;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Overload;
using Serverless.Relay.Sessions;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tunnel;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Finishes the backend's handshake, then the client's, and has the tunnel run. A client gets its 101 only when the
/// backend has given one.
/// </summary>
internal sealed class UpgradeRelay(
    UpstreamDialer dialer,
    OpenSessions sessions,
    ConnectionSlots slots,
    Meters meters,
    Occupancy occupancy,
    OverloadWatch overload,
    TunnelKeeper keeper,
    RefusalCloser closer,
    RelayMetrics metrics,
    ILogger<UpgradeRelay> log)
{
    private static readonly Refusal Revoked = new(RefusalReason.KeyRevoked, "The key was good, and is no more: ask again to be told why.");

    /// <summary>
    /// Serves an admitted handshake: to the end of its tunnel, or until that can do without the request. A refusal when the
    /// client has to be told one.
    /// </summary>
    public async Task<Refusal?> ServeAsync(Exchange exchange, Admission.Granted granted, CancellationToken cancel)
    {
        using var place = TunnelPlace.TryTake(occupancy);
        if (place is null)
        {
            return Entrance.NoRoom(overload);
        }

        if (Take(place, exchange, granted) is { } refusal)
        {
            return refusal;
        }

        switch (await dialer.OpenAsync(granted.Request, cancel))
        {
            case UpgradeAnswer.Opened opened when place.Session!.IsRevoked:
                await opened.Connection.DisposeAsync();
                return Revoked;
            case UpgradeAnswer.Opened opened:
                await OpenAsync(exchange, granted, place, opened);
                return null;
            case UpgradeAnswer.Declined { Status: < 300 } opened when exchange.Connect is not null:
                // What refuses an HTTP/1.1 handshake would open this one.
                await opened.Body.DisposeAsync();
                return new Refusal(RefusalReason.BackendHandshakeInvalid, "The backend did not open the WebSocket.");
            case UpgradeAnswer.Declined declined:
                await DeclineAsync(exchange, declined, cancel);
                return null;
            case UpgradeAnswer.Failed failed:
                return failed.Refusal;
            case var other:
                throw new InvalidOperationException($"A handshake cannot end in {other}.");
        }
    }

    // Takes everything that may be short before anything is begun.
    private Refusal? Take(TunnelPlace place, Exchange exchange, Admission.Granted granted)
    {
        var owner = new SessionOwner(
            exchange.ProductName,
            exchange.EnvironmentName,
            granted.Application,
            granted.Request.Usage.Backend,
            exchange.Client,
            exchange.Path,
            granted.Key);
        place.Session = sessions.TryOpen(owner, exchange.Ordered);
        if (place.Session is null)
        {
            return new Refusal(RefusalReason.ShuttingDown, "This gateway is stopping; try again, another one will answer.");
        }

        if (place.Session.IsRevoked)
        {
            return Revoked;
        }

        var limits = granted.Connections;
        place.Slot = slots.TryTake(exchange.ProductName, granted.Application, limits.Most);
        if (place.Slot is null)
        {
            metrics.LimitReached("connections", "refused");
            return new Refusal(
                RefusalReason.TooManyConnections, $"The application may have {limits.Most} connections open at once, and has.");
        }

        if (place.Slot.Number > limits.Trial)
        {
            metrics.LimitReached("connections", "dry_run");
        }

        place.Meter = meters.TryEnter(exchange.ProductName, granted.Application, granted.Limits);
        if (place.Meter is null)
        {
            metrics.LimitReached("plan", "refused");
            return new Refusal(RefusalReason.LimitsExceeded, $"The application's plan has no {BuiltinMetrics.Connections} left.");
        }

        return null;
    }

    private async Task OpenAsync(Exchange exchange, Admission.Granted granted, TunnelPlace place, UpgradeAnswer.Opened opened)
    {
        // First, because from when there are two connections nothing may fail before somebody owns them.
        var terms = Terms(exchange.Product!.Version, granted, place, opened);
        var client = await AcceptAsync(exchange, granted.Offer, opened);
        keeper.Begin(exchange, place);
        if (client is LoopStream)
        {
            keeper.Detach(place.HandOver(), client, opened.Connection, terms);
            return;
        }

        var result = await keeper.RunAsync(place.HandOver(), client, opened.Connection, terms);
        if (result.Dropped)
        {
            Drop(exchange.Http);
        }
    }

    private static TunnelTerms Terms(
        ServedVersion version, Admission.Granted granted, TunnelPlace place, UpgradeAnswer.Opened opened)
    {
        var (session, meter) = (place.Session!, place.Meter!.Application);
        return new()
        {
            Rules = version.Policies.TunnelRules,
            AllowedRsv = NegotiatedExtensions.AllowedRsv(opened.Headers),
            Expires = granted.Expires,
            FromClient = meter.FromClient,
            FromBackend = meter.FromBackend,
            ClientObserver = version.Counting.FromClient(meter, () => session.RequestEnd(TunnelEnd.PlanLimitReached)),
            BackendObserver = version.Counting.FromBackend(meter, () => session.RequestEnd(TunnelEnd.PlanLimitReached)),
        };
    }

    private static async Task<Stream> AcceptAsync(Exchange exchange, GatewayOffer offer, UpgradeAnswer.Opened opened)
    {
        try
        {
            var http = exchange.Http;
            Copy(opened.Headers, http.Response.Headers);

            if (offer.HasOwn && http.Response.Headers.SecWebSocketProtocol.Count == 0)
            {
                http.Response.Headers.SecWebSocketProtocol = GatewayOffer.Entry;
            }

            // RFC 9110 §8.6: neither a 1xx nor the answer to a CONNECT has a Content-Length, whatever the backend sent.
            http.Response.ContentLength = null;
            var stream = await ClientUpgrade.AcceptAsync(exchange);
            return await DetachAsync(http, opened.Connection) ?? stream;
        }
        catch
        {
            // Whatever the reason, the backend's connection has no other owner yet.
            await opened.Connection.DisposeAsync();
            throw;
        }
    }

    // Only both together can be carried by a loop, and no stream of an HTTP/2 connection can be taken out of it.
    private static async Task<Stream?> DetachAsync(HttpContext http, Stream backend) =>
        backend is LoopStream
            && HttpProtocol.IsHttp11(http.Request.Protocol)
            && http.Features.Get<IDetachableConnection>() is { } connection
            ? await connection.TryDetachAsync()
            : null;

    // In HTTP/2 the stream alone is reset, with the code that stands for a reset of TCP (RFC 8441 §5).
    private static void Drop(HttpContext http)
    {
        const int cancel = 8;
        if (http.Features.Get<IHttpResetFeature>() is { } stream)
        {
            stream.Reset(cancel);
        }
        else
        {
            http.Abort();
        }
    }

    private async Task DeclineAsync(Exchange exchange, UpgradeAnswer.Declined declined, CancellationToken cancel)
    {
        metrics.Answered(upgrade: true, "declined");
        metrics.HandshakeTook("declined", exchange.Elapsed);
        HandshakeLog.Declined(
            log, exchange.ProductName, exchange.EnvironmentName, exchange.Path, exchange.Client, declined.Status);

        await using var body = declined.Body;
        if (RefusalCloser.Serves(exchange))
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"declined by the backend: {declined.Status}");
            await closer.CloseAsync(exchange, new CloseReason(RefusalTable.DeclinedClose, text));
            return;
        }

        var http = exchange.Http;
        http.Response.StatusCode = declined.Status;
        http.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = declined.ReasonPhrase;
        Copy(declined.Headers, http.Response.Headers);
        http.Response.Headers.Append("Proxy-Status", $"{RefusalWriter.ProxyName}; received-status={declined.Status}");
        RefusalWriter.EndConnectionAfterUpgrade(exchange);
        try
        {
            await body.CopyToAsync(http.Response.Body, cancel);
        }
        catch (Exception error) when (error is IOException or TimeoutException && !cancel.IsCancellationRequested)
        {
            // Half an answer must not look like a whole one.
            HandshakeLog.AnswerCut(log, exchange.ProductName, exchange.EnvironmentName, error.Message);
            http.Abort();
        }
    }

    private static void Copy(IReadOnlyList<KeyValuePair<string, string>> from, IHeaderDictionary to)
    {
        foreach (var (name, value) in from)
        {
            to.Append(name, value);
        }
    }
}
