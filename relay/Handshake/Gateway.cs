using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Every request to the public ports: admitted and passed on, or refused. Nothing leaves here as an exception.
/// </summary>
internal sealed class Gateway(
    TrustedHops hops,
    Entrance entrance,
    UpgradeRelay upgrades,
    HttpForwarder forwarder,
    RefusalWriter refusals,
    RelayMetrics metrics,
    TimeProvider time,
    ILogger<Gateway> log)
{
    /// <summary>Answers one request; for a WebSocket, when its tunnel has ended.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } slowest)
        {
            slowest.MinDataRate = Listeners.SlowestReader;
        }

        hops.Resolve(http);
        var exchange = new Exchange(http, time);
        try
        {
            if (await ServeAsync(exchange, http.RequestAborted) is { } refusal)
            {
                await refusals.WriteAsync(exchange, refusal);
            }
        }
        catch (Exception error) when (http.RequestAborted.IsCancellationRequested || error is ConnectionResetException)
        {
            // Nobody is there to be answered, and whatever failed, failed because of that.
            HandshakeLog.ClientLeft(log, exchange.ProductName, exchange.EnvironmentName, exchange.Path, exchange.Client);
        }
        catch (BadHttpRequestException)
        {
            await EndAsync(exchange, new Refusal(RefusalReason.RequestInvalid, "The body is not what the headers announce."));
        }
        catch (Exception error)
        {
            HandshakeLog.Fault(log, exchange.ProductName, exchange.EnvironmentName, exchange.Path, error);
            await EndAsync(exchange, new Refusal(RefusalReason.RelayFault));
        }
    }

    private async Task EndAsync(Exchange exchange, Refusal refusal)
    {
        if (exchange.Http.Response.HasStarted)
        {
            exchange.Http.Abort();
            return;
        }

        exchange.Http.Response.Clear();
        await refusals.WriteAsync(exchange, refusal);
    }

    private async Task<Refusal?> ServeAsync(Exchange exchange, CancellationToken cancel)
    {
        switch (await entrance.AdmitAsync(exchange, cancel))
        {
            case Admission.Denied denied:
                return denied.Refusal;
            case Admission.Granted granted when exchange.IsUpgrade:
                return await upgrades.ServeAsync(exchange, granted, cancel);
            case Admission.Granted granted:
                return await ForwardAsync(exchange, granted, cancel);
            case var other:
                throw new InvalidOperationException($"An admission cannot be {other}.");
        }
    }

    private async Task<Refusal?> ForwardAsync(Exchange exchange, Admission.Granted granted, CancellationToken cancel)
    {
        var refusal = await forwarder.ForwardAsync(granted.Request, exchange.Http, cancel);
        if (refusal is null)
        {
            metrics.Answered(upgrade: false, "forwarded");
            HandshakeLog.Forwarded(
                log,
                exchange.Method,
                exchange.Path,
                exchange.ProductName,
                exchange.EnvironmentName,
                granted.Application,
                exchange.Client,
                exchange.Http.Response.StatusCode);
        }

        return refusal;
    }
}
