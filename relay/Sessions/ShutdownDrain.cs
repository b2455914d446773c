using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>How sessions end when the relay stops: asked one after another, waited for, and at last dropped.</summary>
internal sealed class ShutdownDrain(
    OpenSessions sessions, IOptions<SessionsOptions> options, TimeProvider time, ILogger<ShutdownDrain> log)
{
    /// <summary>Pause between two lines of progress.</summary>
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(5);

    // Finer than a client could notice, and no busy loop with 100,000 sessions.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Refuses new sessions and ends all with <see cref="TunnelEnd.ShuttingDown"/>, spread as the settings say; waits for
    /// them as long as <see cref="SessionsOptions.DrainTimeout"/> or <paramref name="hurry"/> allows, and drops the rest.
    /// </summary>
    public async Task RunAsync(CancellationToken hurry)
    {
        var timeout = options.Value.DrainTimeout;
        var started = time.GetTimestamp();
        var all = sessions.BeginDrain();
        var ending = new SpreadEnding(all, TunnelEnd.ShuttingDown, options.Value.SpreadOf(all.Length));
        SessionsLog.Draining(log, ending.Count, ending.Spread, timeout);
        var said = TimeSpan.Zero;
        while (!sessions.Emptied.IsCompleted)
        {
            var elapsed = time.GetElapsedTime(started);
            var next = ending.Advance(elapsed) ?? timeout;
            if (elapsed >= timeout || hurry.IsCancellationRequested)
            {
                Drop(ending.Count);
                return;
            }

            if (elapsed >= said + Progress)
            {
                said = elapsed;
                SessionsLog.StillDraining(log, sessions.Held, ending.Count, ending.Count - ending.Asked);
            }

            var until = new[] { next, timeout, said + Progress }.Min() - elapsed;
            await Task.WhenAny(sessions.Emptied, Task.Delay(until > Step ? until : Step, time, hurry));
        }

        SessionsLog.Drained(log, ending.Count, time.GetElapsedTime(started));
    }

    private void Drop(int count)
    {
        var left = sessions.All.ToArray();
        SessionsLog.Dropping(log, left.Length, Math.Max(0, count - left.Length));
        foreach (var session in left)
        {
            session.Drop(TunnelEnd.ShuttingDown);
        }
    }
}
