using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
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
    UpstreamDialer dialer, OpenSessions sessions, RelayMetrics metrics, ILogger<UpgradeRelay> log)
{
    /// <summary>Serves an admitted handshake to its end; a refusal when the client has to be told one.</summary>
    public async Task<Refusal?> ServeAsync(Exchange exchange, Admission.Granted granted, CancellationToken cancel)
    {
        using var session = sessions.TryOpen(
            new SessionOwner(exchange.ProductName, exchange.EnvironmentName, granted.Application));
        if (session is null)
        {
            return new Refusal(RefusalReason.ShuttingDown, "This gateway is stopping; try again, another one will answer.");
        }

        switch (await dialer.OpenAsync(granted.Request, cancel))
        {
            case UpgradeAnswer.Opened opened:
                var client = await AcceptAsync(exchange, opened);
                await RunAsync(exchange, granted, session, client, opened);
                return null;
            case UpgradeAnswer.Declined declined:
                await DeclineAsync(exchange, declined, cancel);
                return null;
            case UpgradeAnswer.Failed failed:
                return failed.Refusal;
            case var other:
                throw new InvalidOperationException($"A handshake cannot end in {other}.");
        }
    }

    private static async Task<Stream> AcceptAsync(Exchange exchange, UpgradeAnswer.Opened opened)
    {
        try
        {
            var http = exchange.Http;
            http.Response.StatusCode = StatusCodes.Status101SwitchingProtocols;
            Copy(opened.Headers, http.Response.Headers);

            // RFC 9110 §8.6: a 1xx has no Content-Length, whatever the backend sent.
            http.Response.ContentLength = null;
            http.Response.Headers.Upgrade = "websocket";

            // A WebSocket may be silent, or slow, for as long as both ends like.
            Unlimit(http.Features.Get<IHttpMinRequestBodyDataRateFeature>());
            Unlimit(http.Features.Get<IHttpMinResponseDataRateFeature>());
            var stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            return await DetachAsync(http, opened.Connection) ?? stream;
        }
        catch
        {
            // Whatever the reason, the backend's connection has no other owner yet.
            await opened.Connection.DisposeAsync();
            throw;
        }
    }

    // Only both together can be carried by a loop.
    private static async Task<Stream?> DetachAsync(HttpContext http, Stream backend) =>
        backend is LoopStream && http.Features.Get<IDetachableConnection>() is { } connection
            ? await connection.TryDetachAsync()
            : null;

    private async Task RunAsync(Exchange exchange, Admission.Granted granted, Session session, Stream client, UpgradeAnswer.Opened opened)
    {
        metrics.Answered(upgrade: true, "opened");
        HandshakeLog.Opened(
            log, exchange.ProductName, exchange.EnvironmentName, exchange.Path, granted.Application, granted.Request.Usage.Backend, exchange.Client);

        metrics.TunnelOpened();
        var terms = new TunnelTerms
        {
            Rules = exchange.Product!.Version.Policies.TunnelRules,
            AllowedRsv = NegotiatedExtensions.AllowedRsv(opened.Headers),
            Expires = granted.Expires,
        };
        var result = await session.RunAsync(client, opened.Connection, terms);
        var end = result.End.Row().Tag;
        metrics.TunnelClosed(end, result.Duration);
        metrics.Carried("from_client", result.FromClient.Messages, result.FromClient.Bytes);
        metrics.Carried("from_backend", result.FromBackend.Messages, result.FromBackend.Bytes);
        LogClosed(exchange, granted, result, end);
        if (result.Dropped)
        {
            exchange.Http.Abort();
        }
    }

    private void LogClosed(Exchange exchange, Admission.Granted granted, TunnelResult result, string end) =>
        HandshakeLog.Closed(
            log,
            exchange.ProductName,
            exchange.EnvironmentName,
            exchange.Path,
            granted.Application,
            end,
            result.CloseCode ?? 0,
            result.Duration.TotalSeconds,
            result.FromClient.Messages,
            result.FromClient.Bytes,
            result.FromBackend.Messages,
            result.FromBackend.Bytes);

    private async Task DeclineAsync(Exchange exchange, UpgradeAnswer.Declined declined, CancellationToken cancel)
    {
        metrics.Answered(upgrade: true, "declined");
        HandshakeLog.Declined(
            log, exchange.ProductName, exchange.EnvironmentName, exchange.Path, exchange.Client, declined.Status);

        await using var body = declined.Body;
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

    private static void Unlimit(IHttpMinRequestBodyDataRateFeature? feature)
    {
        if (feature is not null)
        {
            feature.MinDataRate = null;
        }
    }

    private static void Unlimit(IHttpMinResponseDataRateFeature? feature)
    {
        if (feature is not null)
        {
            feature.MinDataRate = null;
        }
    }
}
