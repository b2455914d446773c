namespace Serverless.Relay.Outcomes;

/// <summary>Why a tunnel ended: one reason each, mapped once to close code, log level and metric tag.</summary>
internal enum TunnelEnd
{
    /// <summary>Still open.</summary>
    None,

    /// <summary>Client and backend exchanged Close frames, begun by the client.</summary>
    ClosedByClient,

    /// <summary>Client and backend exchanged Close frames, begun by the backend.</summary>
    ClosedByBackend,

    /// <summary>The client's connection ended without a Close frame.</summary>
    ClientLost,

    /// <summary>The backend's connection ended without a Close frame.</summary>
    BackendLost,

    /// <summary>One side sent a Close frame and the other never answered it in time.</summary>
    CloseTimedOut,

    /// <summary>The client sent bytes that are not WebSocket frames a gateway may carry on.</summary>
    ClientProtocolError,

    /// <summary>The backend sent bytes that are not WebSocket frames a gateway may carry on.</summary>
    BackendProtocolError,

    /// <summary>The relay is stopping.</summary>
    ShuttingDown,

    /// <summary>A fault of the relay's own.</summary>
    RelayFault,
}
