using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

/// <summary>The sessions of a relay and all that belongs to them, without the relay.</summary>
internal sealed class SessionsRig
{
    /// <param name="options">A drain takes long by default, so that no test passes only because time ran out.</param>
    /// <param name="time">The machine's, unless given.</param>
    public SessionsRig(SessionsOptions? options = null, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var settings = Options.Create(options ?? new SessionsOptions { DrainTimeout = TimeSpan.FromMinutes(5) });
        Metrics = new RelayMetrics(new Meters());
        Exposition = new PrometheusExposition(Metrics);
        Sessions = new OpenSessions(
            Options.Create(new TunnelOptions { CloseTimeout = TimeSpan.FromMinutes(5) }), Metrics, clock, NullLogger<OpenSessions>.Instance);
        Drain = new ShutdownDrain(Sessions, settings, clock, NullLogger<ShutdownDrain>.Instance);
        Drains = new OperatorDrains(Sessions, settings, clock, NullLogger<OperatorDrains>.Instance);
        Pulse = new SessionPulse(Sessions, Drains, settings, clock, NullLogger<SessionPulse>.Instance);
    }

    public RelayMetrics Metrics { get; }

    public PrometheusExposition Exposition { get; }

    public OpenSessions Sessions { get; }

    public ShutdownDrain Drain { get; }

    public OperatorDrains Drains { get; }

    public SessionPulse Pulse { get; }

    /// <summary>Has a session run between two real connections.</summary>
    public static async Task<(Task<TunnelResult> Running, Wire Client, Wire Backend)> RunAsync(Session session)
    {
        var (nearClient, client) = await Wire.ConnectAsync();
        var (nearBackend, backend) = await Wire.ConnectAsync();
        return (RunAsync(session, nearClient, nearBackend), client, backend);
    }

    /// <summary>Lets seconds go by until something has happened, because who waits for them may begin to at any moment.</summary>
    public static async Task AdvanceUntilAsync(ManualTime time, Task task)
    {
        var deadline = Task.Delay(Timeouts.Default);
        while (!task.IsCompleted && !deadline.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(10)));
        }

        await task.Soon();
    }

    /// <summary>Looks at every session once, as happens every second.</summary>
    public void PulseAll()
    {
        for (var slice = 0; slice < OpenSessions.Slices; slice++)
        {
            Pulse.Pulse(slice);
        }
    }

    private static async Task<TunnelResult> RunAsync(Session session, Stream client, Stream backend)
    {
        using (session)
        {
            return await session.RunAsync(client, backend, new TunnelTerms());
        }
    }
}
