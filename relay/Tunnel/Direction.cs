using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>One direction: its flow, its pump once it runs over streams, and what the events of its source are called.</summary>
internal sealed record Direction(Flow Flow, Stream Source, bool FromClient)
{
    private Pump? _pump;

    public Pump? Pump => Volatile.Read(ref _pump);

    public TunnelEnd Closed => FromClient ? TunnelEnd.ClosedByClient : TunnelEnd.ClosedByBackend;

    public TunnelEnd Lost => FromClient ? TunnelEnd.ClientLost : TunnelEnd.BackendLost;

    // A full fence: an order that finds no pump to be woken is found by the pump when it looks for orders.
    public void Begin(Pump pump) => Interlocked.Exchange(ref _pump, pump);

    /// <summary>The Close that this direction's sink gets for <paramref name="end"/>; null when it gets none.</summary>
    public byte[]? Close(TunnelEnd end)
    {
        var reason = FromClient ? end.Row().ToBackend : end.Row().ToClient;
        return reason is null ? null : CloseFrame.Write(reason, masked: FromClient);
    }
}
