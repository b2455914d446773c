using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Settles on one reason for a tunnel's end, whichever of its directions, its owner or its clock speaks first. The first
/// reason stays, except that a Close which is never answered gives way to what kept the answer back.
/// </summary>
internal sealed class Ending
{
    private readonly Lock _lock = new();
    private TunnelEnd _end;
    private TunnelEnd _suspected;
    private bool _clientClosed;
    private bool _backendClosed;
    private ushort? _code;

    /// <summary>The reason as it stands.</summary>
    public TunnelEnd End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <summary>Status code of the first Close that a peer sent; null when there was none or it carried none.</summary>
    public ushort? CloseCode
    {
        get
        {
            lock (_lock)
            {
                return _code;
            }
        }
    }

    /// <summary>Names a reason that the tunnel is to end for; false when it is ending already.</summary>
    public bool Request(TunnelEnd end)
    {
        lock (_lock)
        {
            if (_end != TunnelEnd.None)
            {
                return false;
            }

            _end = end;
            return true;
        }
    }

    /// <summary>Names something that went wrong. Returns the reason that counts.</summary>
    public TunnelEnd Fail(TunnelEnd end)
    {
        lock (_lock)
        {
            if (_end == TunnelEnd.None || Unanswered)
            {
                _end = end;
            }

            return _end;
        }
    }

    /// <summary>A write failed: what the reader of that side will say counts, and this only if it says nothing in time.</summary>
    public void Suspect(TunnelEnd end)
    {
        lock (_lock)
        {
            _suspected = end;
        }
    }

    /// <summary>A peer's Close has been seen whole.</summary>
    public void SawClose(TunnelEnd closedBy, ushort? code)
    {
        lock (_lock)
        {
            if (!_clientClosed && !_backendClosed)
            {
                _code = code;
            }

            _clientClosed |= closedBy == TunnelEnd.ClosedByClient;
            _backendClosed |= closedBy == TunnelEnd.ClosedByBackend;
            if (_end == TunnelEnd.None)
            {
                _end = closedBy;
            }
        }
    }

    /// <summary>Time is up. True when that is what ends the tunnel, false when it was ending for another reason.</summary>
    public bool TimeOut()
    {
        lock (_lock)
        {
            if (_end != TunnelEnd.None && !Unanswered)
            {
                return false;
            }

            _end = _suspected != TunnelEnd.None ? _suspected : TunnelEnd.CloseTimedOut;
            return true;
        }
    }

    private bool Unanswered =>
        _end is TunnelEnd.ClosedByClient or TunnelEnd.ClosedByBackend && !(_clientClosed && _backendClosed);
}
