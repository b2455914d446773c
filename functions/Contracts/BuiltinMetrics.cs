namespace Serverless.Contracts;

/// <summary>
/// The metrics that every product has and nobody makes, changes or deletes: the gateway itself counts on them what passes
/// through tunnels. A plan limits and prices them like any other. Nothing is above or below them.
/// </summary>
public static class BuiltinMetrics
{
    /// <summary>Tunnels opened.</summary>
    public const string Connections = "ws.connections";

    /// <summary>Messages, not frames, from client to backend, each when its last frame has passed.</summary>
    public const string MessagesIn = "ws.messages.in";

    /// <summary>The same from backend to client.</summary>
    public const string MessagesOut = "ws.messages.out";

    /// <summary>
    /// Bytes from client to backend: payload of data frames as it passes, so compressed where it is; no headers, and no
    /// control frames.
    /// </summary>
    public const string BytesIn = "ws.bytes.in";

    /// <summary>The same from backend to client.</summary>
    public const string BytesOut = "ws.bytes.out";

    /// <summary>Whole seconds for which tunnels were open, of all of them together.</summary>
    public const string Seconds = "ws.seconds";

    private const string Family = "ws";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [BytesIn, BytesOut, Connections, MessagesIn, MessagesOut, Seconds];

    /// <summary>Whether this is one of them.</summary>
    public static bool Has(string metric) =>
        metric is BytesIn or BytesOut or Connections or MessagesIn or MessagesOut or Seconds;

    /// <summary>
    /// Whether a name is the gateway's to give: one of these, or what might become one. <c>ws</c> too, since a backend's
    /// metric of that name could be called as one of these inside a product.
    /// </summary>
    public static bool Reserve(string metric) =>
        metric == Family || metric.StartsWith(Family + ".", StringComparison.Ordinal);
}
