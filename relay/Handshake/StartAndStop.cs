using System.Runtime.InteropServices;
using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Handshake;

/// <summary>Says where the relay listens once it does; and before it stops listening, ends what is open.</summary>
internal sealed class StartAndStop(
    Listeners listeners, Readiness readiness, ShutdownDrain drain, ILogger<StartAndStop> log) : IHostedLifecycleService
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
    /// Runs while the ports are still open: whoever asks is told that the relay is stopping, on /ready too. A second
    /// signal means now.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Draining = true;
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hurry);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hurry);
        await drain.RunAsync(hurry.Token);

        void Hurry(PosixSignalContext signal)
        {
            signal.Cancel = true;
            try
            {
                hurry.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The drain has ended while the signal came in: there is nothing left to hurry.
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
