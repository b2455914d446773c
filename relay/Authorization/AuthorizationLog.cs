namespace Serverless.Relay.Authorization;

/// <summary>What is logged about asking the functions and token issuers. Never a key or a token.</summary>
internal static partial class AuthorizationLog
{
    [LoggerMessage(4000, LogLevel.Warning, "The functions did not judge a key of {Product}: {Why}", EventName = "Unavailable")]
    public static partial void Unavailable(ILogger log, string product, string why);

    [LoggerMessage(4001, LogLevel.Error, "The functions' judgement on a key of {Product} is not one: {Why}", EventName = "Unreadable")]
    public static partial void Unreadable(ILogger log, string product, string why);

    [LoggerMessage(4002, LogLevel.Information, "Token issuer {Issuer} signs with {Keys}", EventName = "IssuerKeys")]
    public static partial void IssuerKeys(ILogger log, Uri issuer, string keys);

    [LoggerMessage(4003, LogLevel.Warning, "Token issuer {Issuer} did not say what it signs with: {Why}", EventName = "IssuerAway")]
    public static partial void IssuerAway(ILogger log, Uri issuer, string why);

    // Next id: 4004
}
