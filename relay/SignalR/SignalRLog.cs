namespace Serverless.Relay.SignalR;

/// <summary>What is logged of the emulation. Never a token, and never a key but the one that everybody knows.</summary>
internal static partial class SignalRLog
{
    [LoggerMessage(8000, LogLevel.Information, "SignalR Service emulated on {Address}, for {ConnectionString}", EventName = "SignalRListening")]
    public static partial void Listening(ILogger log, string address, string connectionString);

    [LoggerMessage(8001, LogLevel.Debug, "Hub {Hub}: {Connection} connected", EventName = "SignalRConnected")]
    public static partial void Connected(ILogger log, string hub, string connection);

    [LoggerMessage(8002, LogLevel.Debug, "Hub {Hub}: {Connection} disconnected: {Why}", EventName = "SignalRDisconnected")]
    public static partial void Disconnected(ILogger log, string hub, string connection, string? why);

    [LoggerMessage(8003, LogLevel.Debug, "{Connection} was lost: {Why}", EventName = "SignalRLost")]
    public static partial void Lost(ILogger log, string connection, string why);

    [LoggerMessage(8004, LogLevel.Warning, "Hub {Hub}: the upstream of {Category} answered with {Status}", EventName = "UpstreamRefused")]
    public static partial void UpstreamRefused(ILogger log, string hub, string category, int status);

    [LoggerMessage(8005, LogLevel.Warning, "Hub {Hub}: the upstream of {Category} was not told: {Why}", EventName = "UpstreamAway")]
    public static partial void UpstreamAway(ILogger log, string hub, string category, string why);

    [LoggerMessage(8006, LogLevel.Error, "{Connection} failed", EventName = "SignalRFailed")]
    public static partial void Failed(ILogger log, string connection, Exception error);

    // Next id: 8007
}
