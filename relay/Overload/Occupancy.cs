using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Overload;

/// <summary>How many clients the relay has, counted as they come and go.</summary>
internal sealed class Occupancy(IOptions<OverloadOptions> options, RelayMetrics metrics)
{
    private int _connections;
    private int _tunnels;
    private int _turnedAway;

    /// <summary>Connections to the public ports.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Tunnels, from the dialling of the backend on.</summary>
    public int Tunnels => Volatile.Read(ref _tunnels);

    /// <summary>Takes a connection in; false when there are too many. Each that is taken leaves once.</summary>
    public bool TryConnect()
    {
        if (Interlocked.Increment(ref _connections) > options.Value.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            Interlocked.Increment(ref _turnedAway);
            metrics.ConnectionTurnedAway();
            return false;
        }

        metrics.ConnectionOpened();
        return true;
    }

    /// <summary>A connection outlives its server, and is taken in once more. It leaves twice.</summary>
    public void Outlive()
    {
        Interlocked.Increment(ref _connections);
        metrics.ConnectionOpened();
    }

    /// <summary>A connection has ended.</summary>
    public void Disconnect()
    {
        Interlocked.Decrement(ref _connections);
        metrics.ConnectionClosed();
    }

    /// <summary>A tunnel is about to be opened; false when there are too many. Each that is taken leaves once.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _tunnels) <= (options.Value.MaxTunnels ?? int.MaxValue))
        {
            return true;
        }

        Interlocked.Decrement(ref _tunnels);
        return false;
    }

    /// <summary>A tunnel has ended, or never came about.</summary>
    public void Leave() => Interlocked.Decrement(ref _tunnels);

    /// <summary>How many connections have been turned away since the last time.</summary>
    public int TakeTurnedAway() => Interlocked.Exchange(ref _turnedAway, 0);
}
