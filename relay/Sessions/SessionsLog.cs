namespace Serverless.Relay.Sessions;

/// <summary>Log messages of sessions.</summary>
internal static partial class SessionsLog
{
    [LoggerMessage(2100, LogLevel.Information, "Closing {Count} sessions over {Spread}; they have {Timeout}", EventName = "Draining")]
    public static partial void Draining(ILogger logger, int count, TimeSpan spread, TimeSpan timeout);

    [LoggerMessage(2101, LogLevel.Information, "All {Count} sessions have closed within {Elapsed}", EventName = "Drained")]
    public static partial void Drained(ILogger logger, int count, TimeSpan elapsed);

    [LoggerMessage(
        2102,
        LogLevel.Warning,
        "Dropping {Count} sessions that did not close in time; {Closed} have closed",
        EventName = "Dropping")]
    public static partial void Dropping(ILogger logger, int count, int closed);

    [LoggerMessage(2103, LogLevel.Error, "The tunnel of session {Session}, product {Product}, failed", EventName = "TunnelFault")]
    public static partial void Fault(ILogger logger, SessionId session, string product, Exception fault);

    [LoggerMessage(
        2104,
        LogLevel.Information,
        "Open {Path} product={Product} environment={Environment} application={Application} backend={Backend} "
            + "client={Client} session={Session} seconds={Seconds:0.000} messages_in={MessagesIn} bytes_in={BytesIn} messages_out={MessagesOut} "
            + "bytes_out={BytesOut} since_messages_in={SinceMessagesIn} since_bytes_in={SinceBytesIn} "
            + "since_messages_out={SinceMessagesOut} since_bytes_out={SinceBytesOut}",
        EventName = "Open")]
    public static partial void Open(
        ILogger logger,
        SessionId session,
        string path,
        string product,
        string environment,
        string? application,
        string backend,
        string client,
        double seconds,
        long messagesIn,
        long bytesIn,
        long messagesOut,
        long bytesOut,
        long sinceMessagesIn,
        long sinceBytesIn,
        long sinceMessagesOut,
        long sinceBytesOut);

    [LoggerMessage(
        2105,
        LogLevel.Information,
        "Still closing: {Open} of {Count} sessions are open, {Unasked} have not been asked yet",
        EventName = "StillDraining")]
    public static partial void StillDraining(ILogger logger, int open, int count, int unasked);

    [LoggerMessage(
        2106,
        LogLevel.Information,
        "An operator drains product={Product} environment={Environment} backend={Backend}: {Count} sessions over {Spread}",
        EventName = "OperatorDrain")]
    public static partial void OperatorDrain(
        ILogger logger, string? product, string? environment, string? backend, int count, TimeSpan spread);

    [LoggerMessage(
        2107,
        LogLevel.Information,
        "Drained product={Product} environment={Environment} backend={Backend}: all {Count} sessions have ended",
        EventName = "OperatorDrained")]
    public static partial void OperatorDrained(ILogger logger, string? product, string? environment, string? backend, int count);

    // Next id: 2108
}
