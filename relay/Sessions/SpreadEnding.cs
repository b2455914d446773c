using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>
/// Ends sessions one after another, spread over a time: in random order, each at a random moment of its share, so that
/// their clients do not come back all at once. Driven by one caller, who owns the clock; looked at by any.
/// </summary>
internal sealed class SpreadEnding
{
    private readonly Session[] _sessions;
    private readonly TunnelEnd _end;
    private TimeSpan _next;
    private int _asked;
    private int _over;

    public SpreadEnding(Session[] sessions, TunnelEnd end, TimeSpan spread)
    {
        Random.Shared.Shuffle(sessions);
        (_sessions, _end, Spread) = (sessions, end, spread);
        _next = Moment();
    }

    /// <summary>The time over which they are spread.</summary>
    public TimeSpan Spread { get; }

    /// <summary>How many there were at first.</summary>
    public int Count => _sessions.Length;

    /// <summary>How many have been asked to end.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Those that have not ended yet; for the one caller.</summary>
    public IEnumerable<Session> Open => _sessions.Where(session => session is { IsOver: false });

    /// <summary>How many have not ended yet.</summary>
    public int Left
    {
        get
        {
            var left = 0;
            for (var i = Volatile.Read(ref _over); i < _sessions.Length; i++)
            {
                left += _sessions[i] is { IsOver: false } ? 1 : 0;
            }

            return left;
        }
    }

    /// <summary>Asks all whose moment has come. Returns the next moment, or null when all have been asked.</summary>
    public TimeSpan? Advance(TimeSpan elapsed)
    {
        while (_asked < _sessions.Length && _next <= elapsed)
        {
            _sessions[_asked].RequestEnd(_end);
            Volatile.Write(ref _asked, _asked + 1);
            _next = Moment();
        }

        return _asked < _sessions.Length ? _next : null;
    }

    /// <summary>Whether all have ended. Lets go of those that have, so that a long spread keeps none of them alive.</summary>
    public bool Settle()
    {
        while (_over < _asked && _sessions[_over].IsOver)
        {
            _sessions[_over] = null!;
            Volatile.Write(ref _over, _over + 1);
        }

        return _over == _sessions.Length;
    }

    // The first goes at once: there is nobody whom it could come back together with.
    private TimeSpan Moment() =>
        _asked == 0 ? TimeSpan.Zero : Spread * ((_asked - 1 + Random.Shared.NextDouble()) / _sessions.Length);
}
