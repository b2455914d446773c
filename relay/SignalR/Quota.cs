using Microsoft.Extensions.Options;

namespace Serverless.Relay.SignalR;

/// <summary>Counts connections, and messages of a day, against what the tier allows.</summary>
internal sealed class Quota(IOptions<SignalROptions> options, TimeProvider time)
{
    private const int MessageSize = 2048;
    private const int Megabyte = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly SignalRLimits _limits = options.Value.Limits;
    private readonly int _units = options.Value.Units;
    private DateTime _day;
    private long _messages;
    private int _connections;

    /// <summary>Largest body of a REST call, and largest message of a client.</summary>
    public int MaxBytes => _limits == SignalRLimits.Off ? 16 * Megabyte : Megabyte;

    /// <summary>Whether one more client may come.</summary>
    public bool HasRoom => Volatile.Read(ref _connections) < MaxConnections && HasMessages;

    private int MaxConnections => _limits switch
    {
        SignalRLimits.Free => 20 * _units,
        SignalRLimits.Standard => 1000 * _units,
        _ => int.MaxValue,
    };

    private bool HasMessages
    {
        get
        {
            lock (_gate)
            {
                return Remaining() > 0;
            }
        }
    }

    /// <summary>Takes the place of a connection; false when there is none.</summary>
    public bool TryConnect()
    {
        if (Interlocked.Increment(ref _connections) <= MaxConnections && HasMessages)
        {
            return true;
        }

        Disconnect();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Disconnect() => Interlocked.Decrement(ref _connections);

    /// <summary>Counts a message to a client, in pieces of 2 KB; false when the day has none left.</summary>
    public bool TryCount(int bytes)
    {
        if (_limits != SignalRLimits.Free)
        {
            return true;
        }

        lock (_gate)
        {
            if (Remaining() <= 0)
            {
                return false;
            }

            _messages += (bytes + MessageSize - 1) / MessageSize;
            return true;
        }
    }

    private long Remaining()
    {
        if (_limits != SignalRLimits.Free)
        {
            return long.MaxValue;
        }

        if (time.GetUtcNow().Date is var today && today != _day)
        {
            (_day, _messages) = (today, 0);
        }

        return (20_000L * _units) - _messages;
    }
}
