using System.Diagnostics.Metrics;

namespace Serverless.Relay.Observability;

/// <summary>
/// Everything the relay counts. Tags have few values: never an application, a key or a path; products only as far as
/// <see cref="TunnelSeriesTable"/> bounds them.
/// </summary>
internal sealed class RelayMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Serverless.Relay";

    // Seconds: from a refused subprotocol to a day, because sockets live long.
    private static readonly double[] TunnelSeconds = [0.1, 1, 10, 60, 300, 1800, 3600, 21_600, 86_400];

    // Seconds: from a cached key and a backend nearby to the longest that a backend may take by default.
    private static readonly double[] HandshakeSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10];

    private readonly TunnelSeriesTable _tunnels = new();
    private readonly Counter<long> _requests;
    private readonly Counter<long> _authorizations;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _limits;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _handshake;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _turnedAway;
    private readonly Counter<long> _overloads;
    private readonly Counter<long> _events;
    private readonly Counter<long> _eventGaps;
    private Func<int>? _remaining;
    private bool _subscribed;

    public RelayMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _requests = Meter.CreateCounter<long>(
            "relay.requests", "{request}", "Requests by kind (upgrade, http) and outcome (opened, declined, forwarded, or the code of a refusal).");
        _authorizations = Meter.CreateCounter<long>(
            "relay.authorizations", "{question}", "Keys judged, by source (cache, call).");
        _ended = Meter.CreateCounter<long>("relay.tunnels.ended", "{tunnel}", "Ended tunnels by end and by actor, who is behind it.");
        _limits = Meter.CreateCounter<long>(
            "relay.limits",
            "{occasion}",
            "Limits on tunnels that had something to say, by limit and action (refused, closed, dropped, delayed, dry_run).");
        _duration = Histogram("relay.tunnel.duration", "How long tunnels were open, by end.", TunnelSeconds);
        _handshake = Histogram(
            "relay.handshake.duration", "From an upgrade request to its answer, by outcome (opened, declined, refused).", HandshakeSeconds);
        Meter.CreateObservableUpDownCounter(
            "relay.tunnels.active", () => _tunnels.All.Select(series => series.Open()), "{tunnel}", "Open tunnels by product and environment.");
        Meter.CreateObservableCounter(
            "relay.messages",
            () => _tunnels.All.SelectMany(series => series.Messages()),
            "{message}",
            "Messages, also of open tunnels, by product, environment and direction (from_client, from_backend).");
        Meter.CreateObservableCounter(
            "relay.bytes",
            () => _tunnels.All.SelectMany(series => series.Bytes()),
            "By",
            "Payload bytes of messages, also of open tunnels, by product, environment and direction (from_client, from_backend).");
        Meter.CreateObservableGauge("relay.draining", () => Volatile.Read(ref _remaining) is null ? 0L : 1L, null, "1 while the relay is stopping.");
        Meter.CreateObservableGauge(
            "relay.drain.remaining",
            () => (long)(Volatile.Read(ref _remaining)?.Invoke() ?? 0),
            "{session}",
            "Sessions that a stopping relay still waits for.");
        _connections = Meter.CreateUpDownCounter<long>("relay.connections.active", "{connection}", "Connections to the public ports.");
        _turnedAway = Meter.CreateCounter<long>(
            "relay.connections.turned_away", "{connection}", "Connections closed at once, as there were too many.");
        _overloads = Meter.CreateCounter<long>(
            "relay.overloads", "{time}", "Times that the relay became overloaded, by shortage (tunnels, descriptors, memory).");
        Meter.CreateObservableGauge(
            "relay.events.connected", () => Volatile.Read(ref _subscribed) ? 1L : 0L, null, "1 while events are pushed to the relay.");
        _events = Meter.CreateCounter<long>("relay.events", "{event}", "Events heeded, by source (push, poll).");
        _eventGaps = Meter.CreateCounter<long>("relay.events.gaps", "{time}", "Times that an event was missed, and polled for.");
    }

    /// <summary>
    /// The meter itself, so that a listener can tell this relay's from another's in the same process.
    /// </summary>
    public Meter Meter { get; }

    /// <summary>Tunnels that are open, of all products.</summary>
    public long OpenTunnels => _tunnels.All.Sum(series => series.Active);

    /// <summary>Counts a request that has been answered, or a tunnel that has been opened.</summary>
    public void Answered(bool upgrade, string outcome) =>
        _requests.Add(1, new("kind", upgrade ? "upgrade" : "http"), new("outcome", outcome));

    /// <summary>Notes how long an upgrade took to be answered.</summary>
    public void HandshakeTook(string outcome, TimeSpan duration) =>
        _handshake.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a judgement.</summary>
    public void Authorized(string source) => _authorizations.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>Counts what a limit on a tunnel did, or in dry run would have done.</summary>
    public void LimitReached(string limit, string action) => _limits.Add(1, new("limit", limit), new("action", action));

    /// <summary>Where the tunnels of a product in an environment are counted.</summary>
    public TunnelSeries Tunnels(string product, string environment) => _tunnels.Of(product, environment);

    /// <summary>Counts an end.</summary>
    public void TunnelEnded(string end, string actor, TimeSpan duration)
    {
        _ended.Add(1, new("end", end), new("actor", actor));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("end", end));
    }

    /// <summary>The relay is stopping, and waits for so many sessions.</summary>
    public void Draining(Func<int> remaining) => Volatile.Write(ref _remaining, remaining);

    /// <summary>Counts a connection in; each is followed by <see cref="ConnectionClosed"/>.</summary>
    public void ConnectionOpened() => _connections.Add(1);

    /// <summary>Counts a connection out.</summary>
    public void ConnectionClosed() => _connections.Add(-1);

    /// <summary>Counts a connection that there was no room for.</summary>
    public void ConnectionTurnedAway() => _turnedAway.Add(1);

    /// <summary>Counts the beginning of an overload.</summary>
    public void Overloaded(string shortage) => _overloads.Add(1, new KeyValuePair<string, object?>("shortage", shortage));

    /// <summary>Whether events are pushed.</summary>
    public void Subscribed(bool now) => Volatile.Write(ref _subscribed, now);

    /// <summary>Counts an event that was heeded.</summary>
    public void EventHeeded(string source) => _events.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>Counts a gap in the sequence of events.</summary>
    public void EventMissed() => _eventGaps.Add(1);

    private Histogram<double> Histogram(string name, string description, double[] bounds) => Meter.CreateHistogram(
        name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
