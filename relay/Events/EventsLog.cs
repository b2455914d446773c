namespace Serverless.Relay.Events;

/// <summary>What is logged about hearing of events. Never a token, nor an address that may hold one.</summary>
internal static partial class EventsLog
{
    [LoggerMessage(9000, LogLevel.Information, "Events are pushed", EventName = "Subscribed")]
    public static partial void Subscribed(ILogger log);

    [LoggerMessage(EventId = 9001, Message = "Events are not pushed, and polled alone: {Why}", EventName = "PollingAlone")]
    public static partial void PollingAlone(ILogger log, LogLevel level, string why);

    [LoggerMessage(9002, LogLevel.Warning, "The functions do not say what has happened: {Why}", EventName = "EventsAway")]
    public static partial void EventsAway(ILogger log, string why);

    [LoggerMessage(9003, LogLevel.Information, "The functions say what has happened again", EventName = "EventsBack")]
    public static partial void EventsBack(ILogger log);

    [LoggerMessage(9004, LogLevel.Information, "Event {Sequence} came after {Last}: what is between is polled for", EventName = "Gap")]
    public static partial void Gap(ILogger log, long sequence, long last);

    [LoggerMessage(9005, LogLevel.Warning, "What was pushed is no event, and polled for", EventName = "Unreadable")]
    public static partial void Unreadable(ILogger log);

    [LoggerMessage(9006, LogLevel.Error, "A fault while heeding event {Sequence} {Kind}", EventName = "EventFault")]
    public static partial void Fault(ILogger log, long sequence, string kind, Exception error);

    [LoggerMessage(9007, LogLevel.Information, "The history of events ends at {Latest}, and does not connect to {Last}", EventName = "HistoryLost")]
    public static partial void HistoryLost(ILogger log, long latest, long last);

    [LoggerMessage(9008, LogLevel.Error, "A fault while hearing of events. It is tried again.", EventName = "HearingFault")]
    public static partial void HearingFault(ILogger log, Exception error);

    [LoggerMessage(9009, LogLevel.Information, "Event {Sequence} was pushed of another history: what has happened in this one is polled for", EventName = "Foreign")]
    public static partial void Foreign(ILogger log, long sequence);

    // Next id: 9010
}
