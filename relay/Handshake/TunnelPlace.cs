using Serverless.Relay.Metering;
using Serverless.Relay.Overload;
using Serverless.Relay.Sessions;

namespace Serverless.Relay.Handshake;

/// <summary>
/// What a tunnel takes up of the relay, from before its backend is dialled. Disposing gives it back; it can be handed to
/// whoever lets the tunnel run, and is then his to give back.
/// </summary>
internal sealed class TunnelPlace : IDisposable
{
    private Occupancy? _occupancy;
    private bool _hasConnection;

    private TunnelPlace(Occupancy occupancy) => _occupancy = occupancy;

    private TunnelPlace(TunnelPlace from)
    {
        (_occupancy, Session, Slot, Meter) = (from._occupancy, from.Session, from.Slot, from.Meter);
        (from._occupancy, from.Session, from.Slot, from.Meter) = (null, null, null, null);
    }

    /// <summary>Its place among the open sessions, once taken.</summary>
    public Session? Session { get; set; }

    /// <summary>Its application's connection, once taken.</summary>
    public ConnectionSlot? Slot { get; set; }

    /// <summary>What it uses of its application's plan, once entered.</summary>
    public TunnelMeter? Meter { get; set; }

    /// <summary>A place, or null when all are taken.</summary>
    public static TunnelPlace? TryTake(Occupancy occupancy) => occupancy.TryEnter() ? new TunnelPlace(occupancy) : null;

    /// <summary>Hands all of it over; nothing is left here.</summary>
    public TunnelPlace HandOver() => new(this);

    /// <summary>The client's connection belongs to the tunnel alone from here on, and counts as long as that.</summary>
    public void HaveConnection()
    {
        _hasConnection = true;
        _occupancy!.Outlive();
    }

    public void Dispose()
    {
        Meter?.Dispose();
        Slot?.Dispose();
        _occupancy?.Leave();
        if (_hasConnection)
        {
            _occupancy?.Disconnect();
        }

        _occupancy = null;

        // The last: a stopping relay waits until no session is there, and then reports what was used.
        Session?.Dispose();
    }
}
