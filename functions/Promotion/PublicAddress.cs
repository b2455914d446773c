namespace Serverless.Functions.Promotion;

/// <summary>What of a public base URL tells one from another: as relays route, by host and base path whatever the scheme.</summary>
/// <param name="Host">Host, with its port where that is not the scheme's own; lower case.</param>
/// <param name="BasePath">Path without a slash at its end.</param>
internal sealed record PublicAddress(string Host, string BasePath)
{
    public static PublicAddress? Of(Uri? url) => url is null
        ? null
        : new(
            (url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}").ToLowerInvariant(),
            url.AbsolutePath.TrimEnd('/'));

    public static PublicAddress? Of(string? url) => url is null ? null : Of(new Uri(url));

    public override string ToString() => Host + BasePath;
}
