namespace Serverless.Relay.Metering;

/// <summary>Log messages of metering. The next free id is 2206.</summary>
internal static partial class MeteringLog
{
    [LoggerMessage(2200, LogLevel.Warning, "The functions take no usage report: {Why}. It is kept and sent again")]
    public static partial void Away(ILogger logger, string why);

    [LoggerMessage(2201, LogLevel.Information, "The functions take usage reports again")]
    public static partial void Back(ILogger logger);

    [LoggerMessage(2202, LogLevel.Error, "The functions refused a usage report of {Count} applications, which is lost: {Why}")]
    public static partial void Refused(ILogger logger, int count, string why);

    [LoggerMessage(2203, LogLevel.Error, "The relay stops before the functions have taken its last usage report")]
    public static partial void Lost(ILogger logger);

    [LoggerMessage(2204, LogLevel.Information, "The functions do not take what this relay tells of itself: {Why}")]
    public static partial void StatusAway(ILogger logger, string why);

    [LoggerMessage(2205, LogLevel.Information, "The functions take what this relay tells of itself again")]
    public static partial void StatusBack(ILogger logger);

    [LoggerMessage(2206, LogLevel.Error, "A fault while reporting to the functions. It is tried again.")]
    public static partial void Fault(ILogger logger, Exception error);
}
