using System.Collections.Frozen;

namespace Serverless.Relay.Outcomes;

/// <summary>The one table from a <see cref="TunnelEnd"/> to what each side is told, the log level and the metric tag.</summary>
internal static class TunnelEndTable
{
    private static readonly FrozenDictionary<TunnelEnd, TunnelEndRow> Rows = new TunnelEndRow[]
    {
        Row(TunnelEnd.None, TunnelActor.None, "none", null, null),
        Row(TunnelEnd.ClosedByClient, TunnelActor.Client, "closed_by_client", null, null),
        Row(TunnelEnd.ClosedByBackend, TunnelActor.Backend, "closed_by_backend", null, null),
        Row(TunnelEnd.ClientLost, TunnelActor.Client, "client_lost", null, new(1001, "client connection lost")),
        Row(TunnelEnd.BackendLost, TunnelActor.Backend, "backend_lost", new(1011, "backend connection lost"), null),
        Same(TunnelEnd.CloseTimedOut, TunnelActor.None, "close_timed_out", 1011, 1001, "close not answered in time"),
        Row(TunnelEnd.ClientProtocolError, TunnelActor.Client, "client_protocol_error", new(1002, "protocol error"), new(1001, "client protocol error")),
        Row(TunnelEnd.BackendProtocolError, TunnelActor.Backend, "backend_protocol_error", new(1001, "backend protocol error"), new(1002, "protocol error")),
        Row(TunnelEnd.ClientMessageTooBig, TunnelActor.Client, "client_message_too_big", new(1009, "message too big"), new(1001, "client message too big")),
        Row(TunnelEnd.BackendMessageTooBig, TunnelActor.Backend, "backend_message_too_big", new(1001, "backend message too big"), new(1009, "message too big")),
        Row(TunnelEnd.ClientRateExceeded, TunnelActor.Client, "client_rate_exceeded", new(1008, "rate exceeded"), new(1001, "client rate exceeded")),
        Row(TunnelEnd.BackendRateExceeded, TunnelActor.Backend, "backend_rate_exceeded", new(1001, "backend rate exceeded"), new(1008, "rate exceeded")),
        Same(TunnelEnd.PlanLimitReached, TunnelActor.Plan, "plan_limit_reached", 1008, 1001, "usage limit exceeded"),
        Same(TunnelEnd.IdleTimedOut, TunnelActor.Gateway, "idle_timed_out", 1001, 1001, "idle for too long"),
        Same(TunnelEnd.MaxAgeReached, TunnelActor.Gateway, "max_age_reached", 1001, 1001, "maximum age reached"),
        Same(TunnelEnd.TokenExpired, TunnelActor.Client, "token_expired", 1008, 1001, "token expired"),
        Same(TunnelEnd.ClientUnresponsive, TunnelActor.Client, "client_unresponsive", 1001, 1001, "client answers no ping"),
        Same(TunnelEnd.BackendUnresponsive, TunnelActor.Backend, "backend_unresponsive", 1011, 1001, "backend answers no ping"),
        Same(TunnelEnd.ClientTooSlow, TunnelActor.Client, "client_too_slow", 1008, 1001, "client too slow"),
        Same(TunnelEnd.BackendTooSlow, TunnelActor.Backend, "backend_too_slow", 1011, 1008, "backend too slow"),
        Same(TunnelEnd.Drained, TunnelActor.Operator, "drained", 1012, 1001, "drained by an operator"),
        Same(TunnelEnd.ClosedByOperator, TunnelActor.Operator, "closed_by_operator", 1008, 1001, "closed by an operator"),
        Same(TunnelEnd.KeyRevoked, TunnelActor.Operator, "key_revoked", 1008, 1001, "key revoked"),
        Same(TunnelEnd.ShuttingDown, TunnelActor.Gateway, "shutting_down", 1001, 1001, "gateway is shutting down"),
        Same(TunnelEnd.RelayFault, TunnelActor.Gateway, "relay_fault", 1011, 1011, "gateway error") with { Level = LogLevel.Error },
    }.ToFrozenDictionary(row => row.End);

    /// <summary>The row of an end; there is one for each.</summary>
    public static TunnelEndRow Row(this TunnelEnd end) => Rows[end];

    /// <summary>Value of the metric tag <c>actor</c>, and what the access log says.</summary>
    public static string Tag(this TunnelActor actor) => actor switch
    {
        TunnelActor.Client => "client",
        TunnelActor.Backend => "backend",
        TunnelActor.Operator => "operator",
        TunnelActor.Plan => "plan",
        TunnelActor.Gateway => "gateway",
        _ => "none",
    };

    private static TunnelEndRow Row(TunnelEnd end, TunnelActor actor, string tag, CloseReason? toClient, CloseReason? toBackend) =>
        new(end, actor, toClient, toBackend, LogLevel.Debug, tag);

    private static TunnelEndRow Same(TunnelEnd end, TunnelActor actor, string tag, ushort toClient, ushort toBackend, string text) =>
        Row(end, actor, tag, new(toClient, text), new(toBackend, text));
}

/// <summary>Who has ended a tunnel.</summary>
internal enum TunnelActor
{
    /// <summary>Nobody, or it cannot be said.</summary>
    None,

    /// <summary>The client, by what it did or did not do.</summary>
    Client,

    /// <summary>The backend, likewise.</summary>
    Backend,

    /// <summary>An operator, by a call.</summary>
    Operator,

    /// <summary>The application's plan.</summary>
    Plan,

    /// <summary>The gateway: its settings, the product's policies, or a fault.</summary>
    Gateway,
}

/// <summary>What follows from a <see cref="TunnelEnd"/>.</summary>
/// <param name="End">The end itself.</param>
/// <param name="Actor">Who is behind it.</param>
/// <param name="ToClient">The Close that the relay sends to the client; null where the client's own or the backend's passes.</param>
/// <param name="ToBackend">The Close that the relay sends to the backend; null likewise.</param>
/// <param name="Level">Whose fault decides: a peer's is Debug, the relay's own is Error.</param>
/// <param name="Tag">Value of the metric tag <c>end</c>.</param>
internal sealed record TunnelEndRow(
    TunnelEnd End,
    TunnelActor Actor,
    CloseReason? ToClient,
    CloseReason? ToBackend,
    LogLevel Level,
    string Tag);

/// <summary>Content of a Close frame (RFC 6455 §5.5.1).</summary>
/// <param name="Code">Status code, §7.4.</param>
/// <param name="Text">Reason, 123 bytes of UTF-8 at most.</param>
internal sealed record CloseReason(ushort Code, string Text);
