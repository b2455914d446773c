using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.Relay.Policies;

/// <summary>An origin (RFC 6454), or all whose host ends with the same labels.</summary>
internal sealed record AllowedOrigin
{
    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create("/?#@\\*");

    private readonly string _scheme;
    private readonly string _host;
    private readonly int _port;
    private readonly bool _below;

    private AllowedOrigin(Uri uri, string host, bool below) =>
        (_scheme, _host, _port, _below) = (uri.Scheme, host, uri.Port, below);

    /// <summary>Reads <c>https://app.example.com</c>, or with <c>*.</c> before the host.</summary>
    public static AllowedOrigin? Parse(string text)
    {
        const string star = "://*.";
        var at = text.IndexOf(star, StringComparison.Ordinal);
        return TryParse(at < 0 ? text : text.Replace(star, "://", StringComparison.Ordinal), out var uri)
            ? new AllowedOrigin(uri, at < 0 ? uri.IdnHost : "." + uri.IdnHost, at >= 0)
            : null;
    }

    /// <summary>Whether a browser that sends this origin is meant.</summary>
    public bool Matches(string origin) =>
        TryParse(origin, out var uri)
        && uri.Scheme == _scheme
        && uri.Port == _port
        && (_below
            ? uri.IdnHost.Length > _host.Length && uri.IdnHost.EndsWith(_host, StringComparison.OrdinalIgnoreCase)
            : uri.IdnHost.Equals(_host, StringComparison.OrdinalIgnoreCase));

    // An origin has no path, no query and no user: what has one is something else that only begins alike.
    private static bool TryParse(string text, [NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        return host > 3
            && host < text.Length
            && !text.AsSpan(host).ContainsAny(NotOfHosts)
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            && Uri.TryCreate(text, UriKind.Absolute, out uri)
            && uri.Host.Length > 0;
    }
}
