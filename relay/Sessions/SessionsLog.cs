namespace Serverless.Relay.Sessions;

/// <summary>Log messages of sessions. The next free id is 2104.</summary>
internal static partial class SessionsLog
{
    [LoggerMessage(2100, LogLevel.Information, "Closing {Count} sessions; they have {Timeout}")]
    public static partial void Draining(ILogger logger, int count, TimeSpan timeout);

    [LoggerMessage(2101, LogLevel.Information, "All {Count} sessions have closed")]
    public static partial void Drained(ILogger logger, int count);

    [LoggerMessage(2102, LogLevel.Warning, "Dropping {Count} sessions that did not close in time")]
    public static partial void Dropping(ILogger logger, int count);

    [LoggerMessage(2103, LogLevel.Error, "A tunnel of product {Product} failed")]
    public static partial void Fault(ILogger logger, string product, Exception fault);
}
