namespace Serverless.Relay.Revocation;

/// <summary>What is logged about the consequences of events.</summary>
internal static partial class RevocationLog
{
    [LoggerMessage(
        9100,
        LogLevel.Information,
        "Event {Sequence} {Kind} product={Product} environment={Environment} application={Application}: ends {Count} tunnels",
        EventName = "Ends")]
    public static partial void Ends(
        ILogger log, long sequence, string kind, string? product, string? environment, string? application, int count);

    [LoggerMessage(9101, LogLevel.Debug, "Event {Sequence} {Kind} product={Product} application={Application}", EventName = "Heard")]
    public static partial void Heard(ILogger log, long sequence, string kind, string? product, string? application);

    [LoggerMessage(
        9102,
        LogLevel.Warning,
        "Event {Sequence} {Kind} does not say what it is about: everything is asked for anew",
        EventName = "Unclear")]
    public static partial void Unclear(ILogger log, long sequence, string kind);

    [LoggerMessage(
        9104,
        LogLevel.Information,
        "Events are heeded from here on: everything is asked for anew, and {Count} tunnels that a key opened are to come back",
        EventName = "Anew")]
    public static partial void Anew(ILogger log, int count);

    // Next id: 9105
}
