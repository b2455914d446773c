using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Metering;

/// <summary>
/// One metric of one application on this relay: what was counted and is not reported yet, and the plan's limits on it,
/// which may come and go while tunnels are open.
/// </summary>
internal sealed class MetricMeter : Allowance
{
    private volatile PlanAllowance[] _limits = [];
    private long _counted;

    /// <summary>Counted and not yet taken for a report.</summary>
    public long Counted => Volatile.Read(ref _counted);

    /// <summary>The plan's limits.</summary>
    public IReadOnlyList<PlanAllowance> Limits
    {
        get => _limits;
        set => _limits = [.. value];
    }

    /// <inheritdoc/>
    public override bool TrySpend(long amount) => TrySpend(_limits, amount);

    /// <inheritdoc/>
    public override void Return(long amount) => Return(_limits, amount);

    /// <summary>Counts what has happened, and was spent already.</summary>
    public void Count(long amount) => Interlocked.Add(ref _counted, amount);

    /// <summary>Counts and spends what has happened; false when it was more than was left.</summary>
    public bool Use(long amount)
    {
        Count(amount);
        if (TrySpend(amount))
        {
            return true;
        }

        foreach (var limit in _limits)
        {
            limit.Owe(amount);
        }

        return false;
    }

    /// <summary>Takes what was counted for a report.</summary>
    public long Take()
    {
        var taken = Interlocked.Exchange(ref _counted, 0);
        foreach (var limit in _limits)
        {
            limit.Report(taken);
        }

        return taken;
    }
}
