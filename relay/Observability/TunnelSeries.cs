using System.Diagnostics.Metrics;

namespace Serverless.Relay.Observability;

/// <summary>
/// What is counted of the tunnels of one product in one environment, while they are open. Written by any thread, at most
/// once a second for each tunnel; read when somebody looks.
/// </summary>
internal sealed class TunnelSeries
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly KeyValuePair<string, object?>[] _fromClient;
    private readonly KeyValuePair<string, object?>[] _fromBackend;
    private long _active;
    private long _messagesIn;
    private long _bytesIn;
    private long _messagesOut;
    private long _bytesOut;

    public TunnelSeries(string product, string environment)
    {
        _tags = [new("product", product), new("environment", environment)];
        _fromClient = [.. _tags, new("direction", "from_client")];
        _fromBackend = [.. _tags, new("direction", "from_backend")];
    }

    /// <summary>Tunnels that are open.</summary>
    public long Active => Volatile.Read(ref _active);

    /// <summary>Counts a tunnel in; each is followed by <see cref="Closed"/>.</summary>
    public void Opened() => Interlocked.Increment(ref _active);

    /// <summary>Counts a tunnel out.</summary>
    public void Closed() => Interlocked.Decrement(ref _active);

    /// <summary>Adds what has passed: in is from client to backend.</summary>
    public void Carried(long messagesIn, long bytesIn, long messagesOut, long bytesOut)
    {
        Add(ref _messagesIn, messagesIn);
        Add(ref _bytesIn, bytesIn);
        Add(ref _messagesOut, messagesOut);
        Add(ref _bytesOut, bytesOut);
    }

    /// <summary>Tunnels that are open, as the meter reports them.</summary>
    public Measurement<long> Open() => new(Active, _tags);

    /// <summary>Messages so far, by direction.</summary>
    public IEnumerable<Measurement<long>> Messages() =>
        [new(Volatile.Read(ref _messagesIn), _fromClient), new(Volatile.Read(ref _messagesOut), _fromBackend)];

    /// <summary>Bytes so far, by direction.</summary>
    public IEnumerable<Measurement<long>> Bytes() =>
        [new(Volatile.Read(ref _bytesIn), _fromClient), new(Volatile.Read(ref _bytesOut), _fromBackend)];

    // Most tunnels are idle most of the time, and these counters are shared: nothing is written for nothing.
    private static void Add(ref long total, long more)
    {
        if (more != 0)
        {
            Interlocked.Add(ref total, more);
        }
    }
}
