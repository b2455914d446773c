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

    /// <summary>The client began a message that is longer than the product allows.</summary>
    ClientMessageTooBig,

    /// <summary>The backend began a message that is longer than the product allows.</summary>
    BackendMessageTooBig,

    /// <summary>The client sent more messages or bytes in a second than the product allows.</summary>
    ClientRateExceeded,

    /// <summary>The backend sent more messages or bytes in a second than the product allows.</summary>
    BackendRateExceeded,

    /// <summary>A limit of the application's plan is used up.</summary>
    PlanLimitReached,

    /// <summary>Nothing has passed in either direction for as long as the product allows.</summary>
    IdleTimedOut,

    /// <summary>The tunnel is as old as the product allows.</summary>
    MaxAgeReached,

    /// <summary>The token that opened it has expired.</summary>
    TokenExpired,

    /// <summary>The client answers no ping.</summary>
    ClientUnresponsive,

    /// <summary>The backend answers no ping.</summary>
    BackendUnresponsive,

    /// <summary>The client has not taken what it is sent for as long as the product allows.</summary>
    ClientTooSlow,

    /// <summary>The backend has not taken what it is sent for as long as the product allows.</summary>
    BackendTooSlow,

    /// <summary>An operator has drained the product or the backend.</summary>
    Drained,

    /// <summary>An operator has closed this one tunnel.</summary>
    ClosedByOperator,

    /// <summary>The application's key has been deleted, or the application suspended or deleted.</summary>
    KeyRevoked,

    /// <summary>The relay is stopping.</summary>
    ShuttingDown,

    /// <summary>A fault of the relay's own.</summary>
    RelayFault,
}
