namespace Serverless.Relay.Configuration;

/// <summary>What is logged about the configuration.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(3000, LogLevel.Information, "Serving {Product} {Environment} version {Version}", EventName = "Serving")]
    public static partial void Serving(ILogger log, string product, string environment, int version);

    [LoggerMessage(3001, LogLevel.Information, "No longer serving {Product} {Environment}", EventName = "NoLongerServing")]
    public static partial void NoLongerServing(ILogger log, string product, string environment);

    [LoggerMessage(EventId = 3002, Message = "The functions gave no configuration: {Why}. What is served stays.", EventName = "FunctionsAway")]
    public static partial void FunctionsAway(ILogger log, LogLevel level, string why);

    [LoggerMessage(3003, LogLevel.Error, "The functions' list of versions is not one: {Why}. What is served stays.", EventName = "IndexRefused")]
    public static partial void IndexRefused(ILogger log, string why);

    [LoggerMessage(
        3004,
        LogLevel.Error,
        "Version {Version} of {Product} cannot be served: {Why} The last version that could be stays.",
        EventName = "VersionRefused")]
    public static partial void VersionRefused(ILogger log, string product, int version, string why);

    [LoggerMessage(3005, LogLevel.Warning, "{Conflict}", EventName = "UrlTaken")]
    public static partial void UrlTaken(ILogger log, string conflict);

    [LoggerMessage(3006, LogLevel.Information, "The functions answer again", EventName = "FunctionsBack")]
    public static partial void FunctionsBack(ILogger log);

    [LoggerMessage(3007, LogLevel.Error, "A fault while loading the configuration. What is served stays.", EventName = "LoadFailed")]
    public static partial void LoadFailed(ILogger log, Exception error);

    // Next id: 3008
}
