using Microsoft.AspNetCore.Http.Features;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// The client's half of RFC 6455 §4.2.1, or of RFC 8441 §5 where the client speaks HTTP/2. Strict, because what one server takes for a handshake and another for a
/// request is how requests are smuggled past a gateway.
/// </summary>
internal static class HandshakeCheck
{
    private const int KeyBytes = 16;
    private const int KeyCharacters = 24;
    private const string Version = "13";
    private const string WebSocket = "websocket";

    /// <summary>Whether a request asks for a WebSocket, rightly or not.</summary>
    public static bool IsUpgrade(HttpContext http) =>
        ConnectOf(http) is not null || HeaderTokens.Contain(http.Request.Headers.Upgrade, WebSocket);

    /// <summary>The extended CONNECT that a request is, or null.</summary>
    public static IHttpExtendedConnectFeature? ConnectOf(HttpContext http) =>
        http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect : null;

    /// <summary>What is wrong with the handshake, or null.</summary>
    public static Refusal? Check(Exchange exchange) => exchange.Connect is { } connect
        ? CheckConnect(connect, exchange.Http.Request)
        : CheckUpgrade(exchange.Http.Request);

    private static Refusal? CheckConnect(IHttpExtendedConnectFeature connect, HttpRequest request)
    {
        if (connect.Protocol != WebSocket)
        {
            return new Refusal(RefusalReason.ProtocolNotSupported, "The pseudo-header :protocol must be 'websocket'.");
        }

        return request.ContentLength is null ? CheckOffer(request.Headers) : Invalid("A WebSocket handshake has no body.");
    }

    private static Refusal? CheckUpgrade(HttpRequest request)
    {
        var headers = request.Headers;
        if (!HttpMethods.IsGet(request.Method))
        {
            return Invalid("A WebSocket handshake is a GET.");
        }

        if (!HttpProtocol.IsHttp11(request.Protocol))
        {
            return Invalid("A WebSocket handshake needs HTTP/1.1.");
        }

        if (headers.Upgrade is not [{ } upgrade] || !upgrade.Equals(WebSocket, StringComparison.OrdinalIgnoreCase))
        {
            return Invalid("The header Upgrade must be there once, as 'websocket'.");
        }

        if (!HeaderTokens.Contain(headers.Connection, "upgrade"))
        {
            return Invalid("The header Connection must contain 'Upgrade'.");
        }

        if (HeaderTokens.Of(headers.Connection).Any(IsOfTheHandshake))
        {
            return Invalid("The header Connection must not name a header of the handshake.");
        }

        if (request.ContentLength is > 0 || headers.TransferEncoding.Count > 0)
        {
            return Invalid("A WebSocket handshake has no body.");
        }

        if (!IsKey(headers.SecWebSocketKey is [{ } key] ? key : ""))
        {
            return Invalid("The header Sec-WebSocket-Key must be there once, 16 bytes in base64.");
        }

        return CheckOffer(headers);
    }

    private static Refusal? CheckOffer(IHeaderDictionary headers)
    {
        var protocols = HeaderTokens.Of(headers.SecWebSocketProtocol).ToList();
        if (!protocols.TrueForAll(protocol => HeaderList.IsToken(protocol)) || protocols.Distinct().Count() != protocols.Count)
        {
            return Invalid("The header Sec-WebSocket-Protocol must list tokens, each once.");
        }

        return headers.SecWebSocketVersion is [Version]
            ? null
            : new Refusal(RefusalReason.HandshakeVersion, "The header Sec-WebSocket-Version must be 13.");
    }

    private static bool IsKey(string key)
    {
        // The length, because blanks within base64 would be skipped.
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == KeyCharacters && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static bool IsOfTheHandshake(string name) =>
        name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Origin", StringComparison.OrdinalIgnoreCase);

    private static Refusal Invalid(string detail) => new(RefusalReason.HandshakeInvalid, detail);
}
