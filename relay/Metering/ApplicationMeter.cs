using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Metering;

/// <summary>What one application uses on this relay, and what its plan leaves it.</summary>
internal sealed class ApplicationMeter
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MetricMeter> _metrics = BuiltinMetrics.All.ToDictionary(name => name, _ => new MetricMeter());
    private readonly HashSet<TunnelMeter> _tunnels = [];
    private bool _asks;

    public ApplicationMeter(string product, string application)
    {
        (Product, Application) = (product, application);
        FromClient = new([this[BuiltinMetrics.MessagesIn]], [this[BuiltinMetrics.BytesIn]]);
        FromBackend = new([this[BuiltinMetrics.MessagesOut]], [this[BuiltinMetrics.BytesOut]]);
    }

    public string Product { get; }

    public string Application { get; }

    /// <summary>What is left for what its clients send.</summary>
    public DirectionAllowances FromClient { get; }

    /// <summary>What is left for what backends send them.</summary>
    public DirectionAllowances FromBackend { get; }

    /// <summary>The meter of a metric.</summary>
    public MetricMeter this[string metric]
    {
        get
        {
            lock (_lock)
            {
                if (!_metrics.TryGetValue(metric, out var meter))
                {
                    _metrics[metric] = meter = new MetricMeter();
                }

                return meter;
            }
        }
    }

    /// <summary>Neither has it tunnels, nor is there anything to report.</summary>
    public bool IsDone
    {
        get
        {
            lock (_lock)
            {
                return _tunnels.Count == 0 && _metrics.Values.All(metric => metric.Counted == 0);
            }
        }
    }

    private TunnelMeter[] Tunnels
    {
        get
        {
            lock (_lock)
            {
                return [.. _tunnels];
            }
        }
    }

    public void Add(TunnelMeter tunnel)
    {
        lock (_lock)
        {
            _tunnels.Add(tunnel);
        }
    }

    public void Remove(TunnelMeter tunnel)
    {
        lock (_lock)
        {
            _tunnels.Remove(tunnel);
        }
    }

    /// <summary>Counts what its tunnels have used since the last time, and ends those for whose time nothing is left.</summary>
    public void Sample()
    {
        foreach (var tunnel in Tunnels)
        {
            tunnel.Sample();
        }
    }

    /// <summary>Begins new windows where it is time. To be called about once a second, by one thread.</summary>
    public void Turn(DateTimeOffset now)
    {
        foreach (var limit in Metrics().SelectMany(metric => metric.Value.Limits))
        {
            limit.Turn(now);
        }

        if (this[BuiltinMetrics.Seconds].Limits.Count > 0)
        {
            Sample();
        }
    }

    /// <summary>Has the next report name the application, used or not: the answer says how it stands, and what its limits are.</summary>
    public void Ask() => Volatile.Write(ref _asks, true);

    /// <summary>What is to be reported; null when it is nothing.</summary>
    public UsageEntry? Take()
    {
        var asks = Interlocked.Exchange(ref _asks, false);
        Sample();
        var usage = new Dictionary<string, long>();
        foreach (var (name, metric) in Metrics())
        {
            if (metric.Take() is > 0 and var amount)
            {
                usage[name] = amount;
            }
        }

        return usage.Count == 0 && !asks ? null : new UsageEntry { Product = Product, Application = Application, Usage = usage };
    }

    /// <summary>Heeds the limits that an answer names; those that it does not name are gone.</summary>
    public void Heed(IReadOnlyList<MeteredLimit>? limits)
    {
        var named = (limits ?? []).ToLookup(limit => limit.Metric);
        foreach (var group in named)
        {
            _ = this[group.Key];
        }

        foreach (var (name, metric) in Metrics())
        {
            metric.Limits = [.. named[name].Select(limit => Heed(metric, limit))];
        }
    }

    /// <summary>The application is no longer let in: nor are its open tunnels.</summary>
    public void Revoke()
    {
        foreach (var tunnel in Tunnels)
        {
            tunnel.End(TunnelEnd.KeyRevoked);
        }
    }

    private static PlanAllowance Heed(MetricMeter metric, MeteredLimit limit)
    {
        if (metric.Limits.FirstOrDefault(known => known.Is(limit)) is not { } allowance)
        {
            return new PlanAllowance(limit, metric.Counted);
        }

        allowance.Renew(limit);
        return allowance;
    }

    private KeyValuePair<string, MetricMeter>[] Metrics()
    {
        lock (_lock)
        {
            return [.. _metrics];
        }
    }
}
