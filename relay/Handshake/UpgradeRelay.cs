using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
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
/// Finishes the backend's handshake, then the client's, and lets the tunnel run. A client gets its 101 only when the
/// backend has given one.
/// </summary>
internal sealed class UpgradeRelay(
    UpstreamDialer dialer,
    OpenSessions sessions,
    ConnectionSlots slots,
    Meters meters,
    Occupancy occupancy,
    RefusalCloser closer,
    RelayMetrics metrics,
    ILogger<UpgradeRelay> log)
{
    private static readonly Refusal Revoked = new(RefusalReason.KeyRevoked, "The key was good, and is no more: ask again to be told why.");

    /// <summary>Serves an admitted handshake to its end; a refusal when the client has to be told one.</summary>
    public async Task<Refusal?> ServeAsync(Exchange exchange, Admission.Granted granted, CancellationToken cancel)
    {
        occupancy.Enter();
        try
        {
            return await OpenAsync(exchange, granted, cancel);
        }
        finally
        {
            occupancy.Leave();
        }
    }

    private async Task<Refusal?> OpenAsync(Exchange exchange, Admission.Granted granted, CancellationToken cancel)
    {
        var owner = new SessionOwner(
            exchange.ProductName,
            exchange.EnvironmentName,
            granted.Application,
            granted.Request.Usage.Backend,
            exchange.Client,
            exchange.Path,
            granted.Key);
        using var session = sessions.TryOpen(owner, exchange.Ordered);
        if (session is null)
        {
            return new Refusal(RefusalReason.ShuttingDown, "This gateway is stopping; try again, another one will answer.");
        }

        if (session.IsRevoked)
        {
            return Revoked;
        }

        var limits = granted.Connections;
        using var slot = slots.TryTake(exchange.ProductName, granted.Application, limits.Most);
        if (slot is null)
        {
            metrics.LimitReached("connections", "refused");
            return new Refusal(
                RefusalReason.TooManyConnections, $"The application may have {limits.Most} connections open at once, and has.");
        }

        if (slot.Number > limits.Trial)
        {
            metrics.LimitReached("connections", "dry_run");
        }

        using var meter = meters.TryEnter(exchange.ProductName, granted.Application, granted.Limits);
        if (meter is null)
        {
            metrics.LimitReached("plan", "refused");
            return new Refusal(RefusalReason.LimitsExceeded, $"The application's plan has no {BuiltinMetrics.Connections} left.");
        }

        switch (await dialer.OpenAsync(granted.Request, cancel))
        {
            case UpgradeAnswer.Opened opened when session.IsRevoked:
                await opened.Connection.DisposeAsync();
                return Revoked;
            case UpgradeAnswer.Opened opened:
                var client = await AcceptAsync(exchange, granted.Offer, opened);
                await RunAsync(exchange, granted, session, meter, client, opened);
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

    private async Task RunAsync(
        Exchange exchange, Admission.Granted granted, Session session, TunnelMeter meter, Stream client, UpgradeAnswer.Opened opened)
    {
        metrics.Answered(upgrade: true, "opened");
        metrics.HandshakeTook("opened", exchange.Elapsed);
        LogOpened(exchange, session);
        meter.Begin(session);
        var version = exchange.Product!.Version;
        var terms = new TunnelTerms
        {
            Rules = version.Policies.TunnelRules,
            AllowedRsv = NegotiatedExtensions.AllowedRsv(opened.Headers),
            Expires = granted.Expires,
            FromClient = meter.FromClient,
            FromBackend = meter.FromBackend,
            ClientObserver = version.Counting.FromClient(meter.Application, () => session.RequestEnd(TunnelEnd.PlanLimitReached)),
            BackendObserver = version.Counting.FromBackend(meter.Application, () => session.RequestEnd(TunnelEnd.PlanLimitReached)),
        };
        var result = await session.RunAsync(client, opened.Connection, terms);
        LogClosed(session, result);
        if (result.Dropped)
        {
            Drop(exchange.Http);
        }
    }

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

    private void LogOpened(Exchange exchange, Session session)
    {
        var owner = session.Owner;
        var headers = exchange.Http.Response.Headers;
        HandshakeLog.Opened(
            log,
            session.Id,
            owner.Product,
            owner.Environment,
            owner.Path,
            owner.Application ?? "-",
            owner.Backend,
            owner.Client,
            Shortened(headers.SecWebSocketProtocol.ToString()),
            Shortened(headers.SecWebSocketExtensions.ToString()));

        // What was agreed on is short. A backend may say more, and a line stays a line.
        static string Shortened(string value) => value.Length == 0 ? "-" : value.Length <= 200 ? value : value[..200];
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
