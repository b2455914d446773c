using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Handshake;

/// <summary>
/// The client's half of RFC 6455 §4.2.1. Strict, because what one server takes for a handshake and another for a
/// request is how requests are smuggled past a gateway.
/// </summary>
internal static class HandshakeCheck
{
    private const int KeyBytes = 16;
    private const string Version = "13";

    /// <summary>Whether a request asks for a WebSocket, rightly or not.</summary>
    public static bool IsUpgrade(HttpRequest request) => HeaderTokens.Contain(request.Headers.Upgrade, "websocket");

    /// <summary>What is wrong with the handshake, or null.</summary>
    public static Refusal? Check(HttpRequest request)
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

        if (!HeaderTokens.Contain(headers.Connection, "upgrade"))
        {
            return Invalid("The header Connection must contain 'Upgrade'.");
        }

        if (request.ContentLength is > 0 || headers.TransferEncoding.Count > 0)
        {
            return Invalid("A WebSocket handshake has no body.");
        }

        if (!IsKey(headers.SecWebSocketKey is [{ } key] ? key : ""))
        {
            return Invalid("The header Sec-WebSocket-Key must be there once, 16 bytes in base64.");
        }

        return headers.SecWebSocketVersion is [Version]
            ? null
            : new Refusal(RefusalReason.HandshakeVersion, "The header Sec-WebSocket-Version must be 13.");
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static Refusal Invalid(string detail) => new(RefusalReason.HandshakeInvalid, detail);
}
