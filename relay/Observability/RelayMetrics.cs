using System.Diagnostics.Metrics;

namespace Serverless.Relay.Observability;

/// <summary>Everything the relay counts. Tags have few values: never an application, a key or a path.</summary>
internal sealed class RelayMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Serverless.Relay";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _authorizations;
    private readonly Counter<long> _limits;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;

    public RelayMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(MeterName);
        _requests = Meter.CreateCounter<long>(
            "relay.requests", "{request}", "Requests by kind (upgrade, http) and outcome (opened, declined, forwarded, or the code of a refusal).");
        _authorizations = Meter.CreateCounter<long>(
            "relay.authorizations", "{question}", "Keys judged, by source (cache, call).");
        _limits = Meter.CreateCounter<long>(
            "relay.limits", "{occasion}", "Limits of open tunnels that had something to say, by limit and action (closed, dropped, delayed, dry_run).");
        _active = Meter.CreateUpDownCounter<long>("relay.tunnels.active", "{tunnel}", "Open tunnels.");
        _duration = Meter.CreateHistogram<double>("relay.tunnel.duration", "s", "How long tunnels were open, by end.");
        _messages = Meter.CreateCounter<long>(
            "relay.messages", "{message}", "Messages of ended tunnels, by direction (from_client, from_backend).");
        _bytes = Meter.CreateCounter<long>(
            "relay.bytes", "By", "Bytes of ended tunnels, frame headers included, by direction (from_client, from_backend).");
    }

    /// <summary>
    /// The meter itself, so that a listener can tell this relay's from another's in the same process.
    /// </summary>
    public Meter Meter { get; }

    /// <summary>Counts a request that has been answered, or a tunnel that has been opened.</summary>
    public void Answered(bool upgrade, string outcome) =>
        _requests.Add(1, new("kind", upgrade ? "upgrade" : "http"), new("outcome", outcome));

    /// <summary>Counts a judgement.</summary>
    public void Authorized(string source) => _authorizations.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>Counts what a limit of an open tunnel did, or in dry run would have done.</summary>
    public void LimitReached(string limit, string action) => _limits.Add(1, new("limit", limit), new("action", action));

    /// <summary>Counts a tunnel in; each is followed by <see cref="TunnelClosed"/>.</summary>
    public void TunnelOpened() => _active.Add(1);

    /// <summary>Counts a tunnel out.</summary>
    public void TunnelClosed(string end, TimeSpan duration)
    {
        _active.Add(-1);
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("end", end));
    }

    /// <summary>Adds what one direction of an ended tunnel carried.</summary>
    public void Carried(string direction, long messages, long bytes)
    {
        var tag = new KeyValuePair<string, object?>("direction", direction);
        _messages.Add(messages, tag);
        _bytes.Add(bytes, tag);
    }
}
