using Microsoft.AspNetCore.Http.Features;
using Serverless.Relay.Configuration;

namespace Serverless.Relay.Handshake;

/// <summary>One request on its way through the relay, and what is known of it so far.</summary>
internal sealed class Exchange(HttpContext http, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The client's request and the answer to it.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>Whether the client asks for a WebSocket, in either version of HTTP.</summary>
    public bool IsUpgrade { get; } = HandshakeCheck.IsUpgrade(http);

    /// <summary>Whether it asks for another protocol as HTTP/2 has it (RFC 8441), on a stream of its own; null if not.</summary>
    public IHttpExtendedConnectFeature? Connect { get; } = HandshakeCheck.ConnectOf(http);

    /// <summary>The method, as rules and logs have it: a WebSocket is asked for with a GET, however HTTP/2 spells it.</summary>
    public string Method => Connect is null ? Http.Request.Method : HttpMethods.Get;

    /// <summary>Whether the client's connection is for one request at a time, and may be ended with it.</summary>
    public bool OwnsConnection => !HttpProtocol.IsHttp2(Http.Request.Protocol);

    /// <summary>Path for the log, never with a query; <c>-</c> while the target is not known to be one.</summary>
    public string Path { get; set; } = "-";

    /// <summary>Where the request goes, once routed.</summary>
    public ServedProduct? Product { get; set; }

    /// <summary>How many orders to end sessions there had been when it was begun to decide about it.</summary>
    public long Ordered { get; set; }

    /// <summary>Name of the product for the log.</summary>
    public string ProductName => Product?.Pointer.Product ?? "-";

    /// <summary>Name of the environment for the log.</summary>
    public string EnvironmentName => Product?.Pointer.Environment ?? "-";

    /// <summary>How long it has been under way.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>The client's address for the log.</summary>
    public string Client => Http.Connection.RemoteIpAddress?.ToString() ?? "-";
}
