namespace Serverless.Relay.Authorization;

/// <summary>Which site a request comes from.</summary>
internal static class Referrer
{
    private const int MaxLength = 255;

    /// <summary>
    /// Host of the Referer header, else of Origin, which is all that browsers send with WebSockets; null when neither
    /// names one, or a header names two.
    /// </summary>
    public static string? Of(IHeaderDictionary headers) =>
        HostOf(headers.Referer is [{ } referer] ? referer : "") ?? HostOf(headers.Origin is [{ } origin] ? origin : "");

    private static string? HostOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.IdnHost is { Length: > 0 and <= MaxLength } host ? host : null;
}
