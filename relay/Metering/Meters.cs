using Serverless.Contracts;

namespace Serverless.Relay.Metering;

/// <summary>The meters of every application that uses this relay, for as long as it does.</summary>
internal sealed class Meters(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Product, string Application), ApplicationMeter> _applications = [];

    /// <summary>All applications that are metered.</summary>
    public IReadOnlyList<ApplicationMeter> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _applications.Values];
            }
        }
    }

    /// <summary>
    /// A meter for a tunnel that is to be opened; null when the plan leaves no connection. The limits are those of the answer
    /// to its credential: heeded where none are known yet, as what is reported later is newer.
    /// </summary>
    public TunnelMeter? TryEnter(string product, string application, IReadOnlyList<MeteredLimit>? limits)
    {
        lock (_lock)
        {
            if (!_applications.TryGetValue((product, application), out var meter))
            {
                meter = new ApplicationMeter(product, application);
                meter.Heed(limits);
            }

            if (!meter[BuiltinMetrics.Connections].TrySpend(1))
            {
                return null;
            }

            _applications[(product, application)] = meter;
            var tunnel = new TunnelMeter(meter, time);
            meter.Add(tunnel);
            return tunnel;
        }
    }

    /// <summary>The meter of an application, or null when it does not use this relay.</summary>
    public ApplicationMeter? Find(string product, string application)
    {
        lock (_lock)
        {
            return _applications.GetValueOrDefault((product, application));
        }
    }

    /// <summary>Has the next reports name the applications that are meant: null stands for all.</summary>
    public void Ask(string? product, string? application)
    {
        foreach (var meter in All)
        {
            if ((product ?? meter.Product) == meter.Product && (application ?? meter.Application) == meter.Application)
            {
                meter.Ask();
            }
        }
    }

    /// <summary>Forgets the applications that have gone and that everything is reported of.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            foreach (var (name, meter) in _applications.ToArray())
            {
                if (meter.IsDone)
                {
                    _applications.Remove(name);
                }
            }
        }
    }
}
