namespace Serverless.Relay.Tunnel;

/// <summary>The tokens of a <see cref="RateRule"/> for one direction of one tunnel. Exact at every moment at which it is asked.</summary>
internal sealed class TokenBucket(RateRule rule, TimeProvider time)
{
    private double _tokens = rule.Burst;
    private long _filled = time.GetTimestamp();

    public RateRule Rule => rule;

    /// <summary>Takes so many tokens if they are there.</summary>
    public bool TryTake(long count)
    {
        Fill();
        if (_tokens < count)
        {
            return false;
        }

        _tokens -= count;
        return true;
    }

    /// <summary>
    /// Takes so many tokens, or says how long until that works. What is larger than the bucket goes when it is full, and
    /// what comes after pays for it.
    /// </summary>
    public TimeSpan TakeOrWait(long count)
    {
        Fill();
        var missing = Math.Min(count, rule.Burst) - _tokens;
        if (missing > 0)
        {
            // Rounded up: who comes back when he was told finds what he came for.
            return TimeSpan.FromTicks((long)Math.Ceiling(missing / rule.PerSecond * TimeSpan.TicksPerSecond));
        }

        _tokens -= count;
        return TimeSpan.Zero;
    }

    /// <summary>Takes them whether they are there or not.</summary>
    public void Owe(long count)
    {
        Fill();
        _tokens -= count;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(rule.Burst, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * rule.PerSecond));
        _filled = now;
    }
}
