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
    public override bool TrySpend(long amount)
    {
        var limits = _limits;
        for (var i = 0; i < limits.Length; i++)
        {
            if (!limits[i].TrySpend(amount))
            {
                while (i-- > 0)
                {
                    limits[i].Return(amount);
                }

                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Return(long amount)
    {
        foreach (var limit in _limits)
        {
            limit.Return(amount);
        }
    }

    /// <summary>Counts what has happened, and was spent already.</summary>
    public void Count(long amount) => Interlocked.Add(ref _counted, amount);

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
