using System.Collections.Frozen;

namespace Serverless.Relay.Outcomes;

/// <summary>The one table from a <see cref="TunnelEnd"/> to what each side is told, the log level and the metric tag.</summary>
internal static class TunnelEndTable
{
    private static readonly FrozenDictionary<TunnelEnd, TunnelEndRow> Rows = new TunnelEndRow[]
    {
        new(TunnelEnd.None, null, null, LogLevel.Debug, "none"),
        new(TunnelEnd.ClosedByClient, null, null, LogLevel.Debug, "closed_by_client"),
        new(TunnelEnd.ClosedByBackend, null, null, LogLevel.Debug, "closed_by_backend"),
        new(TunnelEnd.ClientLost, null, new(1001, "client connection lost"), LogLevel.Debug, "client_lost"),
        new(TunnelEnd.BackendLost, new(1011, "backend connection lost"), null, LogLevel.Debug, "backend_lost"),
        new(
            TunnelEnd.CloseTimedOut,
            new(1011, "close not answered in time"),
            new(1001, "close not answered in time"),
            LogLevel.Debug,
            "close_timed_out"),
        new(
            TunnelEnd.ClientProtocolError,
            new(1002, "protocol error"),
            new(1001, "client protocol error"),
            LogLevel.Debug,
            "client_protocol_error"),
        new(
            TunnelEnd.BackendProtocolError,
            new(1001, "backend protocol error"),
            new(1002, "protocol error"),
            LogLevel.Debug,
            "backend_protocol_error"),
        new(
            TunnelEnd.ShuttingDown,
            new(1001, "gateway is shutting down"),
            new(1001, "gateway is shutting down"),
            LogLevel.Debug,
            "shutting_down"),
        new(
            TunnelEnd.RelayFault,
            new(1011, "gateway error"),
            new(1011, "gateway error"),
            LogLevel.Error,
            "relay_fault"),
    }.ToFrozenDictionary(row => row.End);

    /// <summary>The row of an end; there is one for each.</summary>
    public static TunnelEndRow Row(this TunnelEnd end) => Rows[end];
}

/// <summary>What follows from a <see cref="TunnelEnd"/>.</summary>
/// <param name="End">The end itself.</param>
/// <param name="ToClient">The Close that the relay sends to the client; null where the client's own or the backend's passes.</param>
/// <param name="ToBackend">The Close that the relay sends to the backend; null likewise.</param>
/// <param name="Level">Whose fault decides: a peer's is Debug, the relay's own is Error.</param>
/// <param name="Tag">Value of the metric tag <c>end</c>.</param>
internal sealed record TunnelEndRow(
    TunnelEnd End,
    CloseReason? ToClient,
    CloseReason? ToBackend,
    LogLevel Level,
    string Tag);

/// <summary>Content of a Close frame (RFC 6455 §5.5.1).</summary>
/// <param name="Code">Status code, §7.4.</param>
/// <param name="Text">Reason, 123 bytes of UTF-8 at most.</param>
internal sealed record CloseReason(ushort Code, string Text);
