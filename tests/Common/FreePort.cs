using System.Net;
using System.Net.Sockets;

namespace Serverless.Tests.Common;

/// <summary>
/// Ports for servers that go away and come back. One that the system chose may be gone by then: it gives them to outgoing connections
/// too, from 32768 on (ip_local_port_range), and there are many of those.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int End = 32_768;

    /// <summary>One of 127.0.0.1 that nobody listens on.</summary>
    public static int Choose()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody does.
            }
        }
    }
}
