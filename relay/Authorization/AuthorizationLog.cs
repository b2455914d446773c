namespace Serverless.Relay.Authorization;

/// <summary>What is logged about asking the functions. Never a key.</summary>
internal static partial class AuthorizationLog
{
    [LoggerMessage(4000, LogLevel.Warning, "The functions did not judge a key of {Product}: {Why}", EventName = "Unavailable")]
    public static partial void Unavailable(ILogger log, string product, string why);

    [LoggerMessage(4001, LogLevel.Error, "The functions' judgement on a key of {Product} is not one: {Why}", EventName = "Unreadable")]
    public static partial void Unreadable(ILogger log, string product, string why);

    // Next id: 4002
}
