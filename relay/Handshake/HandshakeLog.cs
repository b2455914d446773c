using Serverless.Relay.Sessions;

namespace Serverless.Relay.Handshake;

/// <summary>
/// The access log, one line at a refusal, an opening, a close or a forwarded request. Never a query, key or header.
/// </summary>
internal static partial class HandshakeLog
{
    [LoggerMessage(
        EventId = 1000,
        EventName = "Refused",
        Message = "Refused {Method} {Path} product={Product} environment={Environment} client={Client} status={Status} code={Code}")]
    public static partial void Refused(
        ILogger log, LogLevel level, string method, string path, string product, string environment, string client, int status, string code);

    [LoggerMessage(
        1001,
        LogLevel.Information,
        "Opened {Path} product={Product} environment={Environment} application={Application} backend={Backend} "
            + "client={Client} session={Session} protocol={Protocol} extensions=\"{Extensions}\"",
        EventName = "Opened")]
    public static partial void Opened(
        ILogger log,
        SessionId session,
        string product,
        string environment,
        string path,
        string application,
        string backend,
        string client,
        string protocol,
        string extensions);

    [LoggerMessage(
        1002,
        LogLevel.Information,
        "Closed {Path} product={Product} environment={Environment} application={Application} backend={Backend} "
            + "client={Client} session={Session} end={End} code={Code} actor={Actor} seconds={Seconds:0.000} messages_in={MessagesIn} bytes_in={BytesIn} "
            + "messages_out={MessagesOut} bytes_out={BytesOut} since_messages_in={SinceMessagesIn} since_bytes_in={SinceBytesIn} "
            + "since_messages_out={SinceMessagesOut} since_bytes_out={SinceBytesOut}",
        EventName = "Closed")]
    public static partial void Closed(
        ILogger log,
        SessionId session,
        string product,
        string environment,
        string path,
        string? application,
        string backend,
        string client,
        string end,
        string actor,
        int code,
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
        1003,
        LogLevel.Information,
        "Declined by the backend {Path} product={Product} environment={Environment} client={Client} status={Status}",
        EventName = "Declined")]
    public static partial void Declined(
        ILogger log, string product, string environment, string path, string client, int status);

    [LoggerMessage(
        1004,
        LogLevel.Information,
        "Forwarded {Method} {Path} product={Product} environment={Environment} application={Application} client={Client} "
            + "status={Status}",
        EventName = "Forwarded")]
    public static partial void Forwarded(
        ILogger log, string method, string path, string product, string environment, string application, string client, int status);

    [LoggerMessage(
        1005,
        LogLevel.Debug,
        "The client left before an answer {Path} product={Product} environment={Environment} client={Client}",
        EventName = "ClientLeft")]
    public static partial void ClientLeft(ILogger log, string product, string environment, string path, string client);

    [LoggerMessage(
        1006,
        LogLevel.Warning,
        "The backend's answer ended early product={Product} environment={Environment}: {Why}",
        EventName = "AnswerCut")]
    public static partial void AnswerCut(ILogger log, string product, string environment, string why);

    [LoggerMessage(
        1007, LogLevel.Error, "A request failed in the relay {Path} product={Product} environment={Environment}", EventName = "Fault")]
    public static partial void Fault(ILogger log, string product, string environment, string path, Exception error);

    [LoggerMessage(1008, LogLevel.Information, "Gateway listening on {Address}", EventName = "GatewayListening")]
    public static partial void GatewayListening(ILogger log, string address);

    [LoggerMessage(1009, LogLevel.Information, "Management listening on {Address}", EventName = "ManagementListening")]
    public static partial void ManagementListening(ILogger log, string address);

    [LoggerMessage(1010, LogLevel.Error, "A tunnel failed in the relay", EventName = "TunnelFault")]
    public static partial void TunnelFault(ILogger log, Exception error);

    // Next id: 1011
}
