using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Handshake;

/// <summary>
/// The headers that a backend gets: the client's, without those of the connection, without the credential, and with the
/// relay's own word on where the request comes from, by way of which trusted hops, and that it came through the relay.
/// </summary>
internal static class EndToEndHeaders
{
    private const string KeyName = "Sec-WebSocket-Key";
    private const string SecretTokenName = "X-3scale-proxy-secret-token";

    // Host is written by whoever dials. Expect has been answered when the body is read.
    private static readonly FrozenSet<string> Dropped = FrozenSet.ToFrozenSet(
        [
            "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Host", "Expect",
            "Forwarded", "X-Real-IP", SecretTokenName,
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Builds the list.</summary>
    /// <param name="exchange">The client's request.</param>
    /// <param name="found">What its credential was found in.</param>
    /// <param name="secretToken">What tells the backend that the relay sends it; null tells it nothing.</param>
    /// <param name="plain">Messages are to be read on their way: no extension that changes them may be negotiated.</param>
    public static List<KeyValuePair<string, string>> Of(Exchange exchange, FoundCredential found, string? secretToken, bool plain)
    {
        var request = exchange.Http.Request;
        var nominated = HeaderTokens.Of(request.Headers.Connection).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<KeyValuePair<string, string>> headers = [];
        foreach (var (name, values) in request.Headers)
        {
            if (IsDropped(Dashed(name)) || nominated.Contains(name) || found.Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var value in values)
            {
                headers.Add(new(name, value ?? ""));
            }
        }

        if (found.Offer is { IsChanged: true, Others: { Count: > 0 } others })
        {
            headers.Add(new(SubprotocolCredential.HeaderName, string.Join(", ", others)));
        }

        if (plain)
        {
            headers.RemoveAll(header => header.Key.Equals("Sec-WebSocket-Extensions", StringComparison.OrdinalIgnoreCase));
        }

        if (request.HttpContext.Connection.RemoteIpAddress is { } client)
        {
            var hops = request.HttpContext.Features.Get<ForwardedChain>()?.Hops ?? [];
            headers.Add(new("X-Forwarded-For", string.Join(", ", hops.Prepend(client).Select(Plain))));
        }

        headers.Add(new("X-Forwarded-Proto", request.Scheme));
        headers.Add(new("X-Forwarded-Host", request.Host.Value ?? ""));
        if (exchange.Connect is not null)
        {
            // HTTP/2 proves in another way that both sides mean it; the backend's HTTP/1.1 needs a key.
            headers.RemoveAll(header => header.Key.Equals(KeyName, StringComparison.OrdinalIgnoreCase));
            headers.Add(new(KeyName, Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))));
        }

        if (secretToken is not null)
        {
            headers.Add(new(SecretTokenName, secretToken));
        }

        return headers;
    }

    // There is no end to what is called so: -Client-Cert, -User, -Server and whatever a backend believes.
    private static bool IsDropped(string name) =>
        Dropped.Contains(name) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);

    // A backend may take X_Forwarded_For for X-Forwarded-For, as CGI does.
    private static string Dashed(string name) => name.Replace('_', '-');

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
