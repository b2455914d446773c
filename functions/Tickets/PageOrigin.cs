using System.Buffers;

namespace Serverless.Functions.Tickets;

/// <summary>Origins of pages (RFC 6454), in the one spelling that browsers use.</summary>
internal static class PageOrigin
{
    private const int MaxLength = 512;

    // An origin has no path, no query and no user.
    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create("/?#@\\*");

    /// <summary>The origin in that spelling: in lower case, without a port that the scheme has anyway; null when it is none.</summary>
    public static string? Of(string text)
    {
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        return text.Length <= MaxLength
            && host > 3
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            && !text.AsSpan(host).ContainsAny(NotOfHosts)
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Host.Length > 0
                ? $"{uri.Scheme}://{HostOf(uri)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
                : null;
    }

    /// <summary>The host of an origin, as referrer filters take it.</summary>
    public static string ReferrerOf(string origin) => new Uri(origin).IdnHost;

    // The brackets of an IPv6 address are not in the other property.
    private static string HostOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
}
