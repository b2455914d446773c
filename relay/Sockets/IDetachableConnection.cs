namespace Serverless.Relay.Sockets;

/// <summary>A connection, and feature of its requests, that can be taken away from Kestrel.</summary>
internal interface IDetachableConnection
{
    /// <summary>
    /// For an HTTP/1.1 request after its 101 was flushed, while nobody reads from Kestrel: sends what Kestrel has written,
    /// and gives the connection with what Kestrel has read and not used. The receiver owns it; Kestrel has to be left
    /// waiting until it has ended. Null when the connection has ended already, or is aborted because its peer does not take
    /// within 5 s what was sent. Call once.
    /// </summary>
    Task<LoopStream?> TryDetachAsync();
}
