using Serverless.Contracts;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Metering;

/// <summary>
/// One limit of an application's plan, as far as this relay may use it up: what the functions last said is left, less
/// what was spent here since. Other relays are heard of with the next answer, so together they may pass the limit by
/// what they use between two reports.
/// </summary>
/// <param name="limit">As first heard of.</param>
/// <param name="unreported">Of what is counted, how much that does not contain; it has been spent.</param>
internal sealed class PlanAllowance(MeteredLimit limit, long unreported) : Allowance
{
    // Both only grow, but for what is given back: how much was ever spent, and how much ever may be.
    private long _spent = unreported;
    private long _ceiling = Math.Max(0, limit.Limit - limit.Used);
    private long _reported;
    private MeteredLimit _limit = limit;

    /// <summary>Whether it is the one that an answer speaks of.</summary>
    public bool Is(MeteredLimit other) => other.Metric == _limit.Metric && other.Period == _limit.Period;

    /// <inheritdoc/>
    public override bool TrySpend(long amount)
    {
        while (true)
        {
            // A frame says any length up to 2^63 - 1: a sum could overflow. And what is too much for one must not be seen by another.
            var spent = Volatile.Read(ref _spent);
            if (amount > Volatile.Read(ref _ceiling) - spent)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _spent, spent + amount, spent) == spent)
            {
                return true;
            }
        }
    }

    /// <summary>Spends it in any case: it has happened.</summary>
    public void Owe(long amount) => Interlocked.Add(ref _spent, amount);

    /// <inheritdoc/>
    public override void Return(long amount) => Interlocked.Add(ref _spent, -amount);

    /// <summary>So much of what was spent is in a report, which the next answer takes into account.</summary>
    public void Report(long amount) => _reported += amount;

    /// <summary>What the functions say now.</summary>
    public void Renew(MeteredLimit now)
    {
        _limit = now;
        Volatile.Write(ref _ceiling, _reported + Math.Max(0, now.Limit - now.Used));
    }

    /// <summary>Begins the next window of its period, if it is time.</summary>
    public void Turn(DateTimeOffset now)
    {
        if (_limit.EndsAt <= now)
        {
            _limit = _limit with { Used = 0, EndsAt = null };
            Volatile.Write(ref _ceiling, Volatile.Read(ref _spent) + _limit.Limit);
        }
    }
}
