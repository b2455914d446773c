using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>
/// Drains that operators ask for: of a product or a backend, while the relay goes on. Sessions that are opened later stay
/// open. Driven by <see cref="SessionPulse"/>, so that each costs an array and no task.
/// </summary>
internal sealed class OperatorDrains(
    OpenSessions sessions, IOptions<SessionsOptions> options, TimeProvider time, ILogger<OperatorDrains> log)
{
    /// <summary>So many may be under way at once.</summary>
    public const int MostRunning = 16;

    /// <summary>So many that are done are remembered.</summary>
    private const int MostDone = 16;

    private readonly Lock _lock = new();
    private readonly List<OperatorDrain> _running = [];
    private readonly Queue<OperatorDrain> _done = new();

    /// <summary>All that are under way, and the last ones that are done, oldest first.</summary>
    public IReadOnlyList<OperatorDrain> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _done, .. _running];
            }
        }
    }

    /// <summary>
    /// Begins to end the sessions that are meant, spread over a time, by default what a stopping relay would take at its
    /// usual rate. With too many under way: null, or, when it has to begin <paramref name="always"/>, only those that none of these
    /// ends already; so there are never more of them than sessions.
    /// </summary>
    public OperatorDrain? Begin(SessionFilter filter, TimeSpan? spread, bool always = false)
    {
        lock (_lock)
        {
            HashSet<Session> ended = [];
            if (_running.Count >= MostRunning)
            {
                if (!always)
                {
                    return null;
                }

                ended = [.. _running.SelectMany(drain => drain.Ending.Open)];
            }

            var meant = sessions.All.Where(session => filter.Matches(session) && !ended.Contains(session)).ToArray();
            var usual = TimeSpan.FromSeconds((double)meant.Length / options.Value.DrainRate);
            var ending = new SpreadEnding(meant, TunnelEnd.Drained, spread ?? usual);
            var drain = new OperatorDrain(filter, ending, time.GetUtcNow(), time.GetTimestamp());
            SessionsLog.OperatorDrain(log, filter.Product, filter.Environment, filter.Backend, ending.Count, ending.Spread);
            _running.Add(drain);
            ending.Advance(TimeSpan.Zero);
            Retire();
            return drain;
        }
    }

    /// <summary>Asks those whose moment has come.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            foreach (var drain in _running)
            {
                drain.Ending.Advance(time.GetElapsedTime(drain.Started));
            }

            Retire();
        }
    }

    private void Retire()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i] is var drain && drain.Ending.Settle())
            {
                _running.RemoveAt(i);
                _done.Enqueue(drain);
                SessionsLog.OperatorDrained(log, drain.Filter.Product, drain.Filter.Environment, drain.Filter.Backend, drain.Ending.Count);
            }
        }

        while (_done.Count > MostDone)
        {
            _done.Dequeue();
        }
    }
}

/// <summary>One drain that an operator has asked for.</summary>
/// <param name="Filter">Which sessions are meant.</param>
/// <param name="Ending">How far it is.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Started">The same as a timestamp.</param>
internal sealed record OperatorDrain(SessionFilter Filter, SpreadEnding Ending, DateTimeOffset StartedAt, long Started);
