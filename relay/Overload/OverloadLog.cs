namespace Serverless.Relay.Overload;

/// <summary>What overload leaves in the log: one line for each change, not for each client.</summary>
internal static partial class OverloadLog
{
    [LoggerMessage(EventId = 7000, EventName = "OverloadChanged", Message = "Overload: {Before} is now {Shortage} at {Use}")]
    public static partial void Changed(ILogger log, LogLevel level, Shortage before, Shortage shortage, ResourceUse use);

    [LoggerMessage(
        7001, LogLevel.Warning, "Turned away {Count} connections within a second, having {Most} already", EventName = "TurnedAway")]
    public static partial void TurnedAway(ILogger log, int count, int most);

    // Next id: 7002
}
