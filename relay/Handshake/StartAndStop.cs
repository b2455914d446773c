using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Handshake;

/// <summary>Says where the relay listens once it does; and before it stops listening, ends what is open.</summary>
internal sealed class StartAndStop(
    Listeners listeners, Readiness readiness, OpenSessions sessions, ILogger<StartAndStop> log) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        HandshakeLog.GatewayListening(log, listeners.Gateway);
        if (listeners.GatewayTls is { } tls)
        {
            HandshakeLog.GatewayListening(log, tls);
        }

        if (listeners.GatewayHttp2 is { } http2)
        {
            HandshakeLog.GatewayListening(log, http2);
        }

        HandshakeLog.ManagementListening(log, listeners.Management);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Runs while the ports are still open: whoever asks is told that the relay is stopping, on /ready too.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Draining = true;
        return sessions.DrainAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
