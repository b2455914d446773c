namespace Serverless.Relay.Sockets;

/// <summary>
/// What moves a socket's bytes on its loop's own thread. It must neither wait nor throw. A seam, as the loop does not know
/// of tunnels.
/// </summary>
internal interface ILoopCarrier
{
    /// <summary>The socket may be tried again.</summary>
    void Ready(LoopSocket socket, bool readable, bool writable);
}
