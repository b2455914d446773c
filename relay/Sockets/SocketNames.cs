using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Serverless.Relay.Sockets;

/// <summary>Addresses of sockets as the system writes them.</summary>
internal static class SocketNames
{
    public const int Internet4 = 2;
    public const int Internet6 = 10;

    /// <summary>Room for the addresses of both families.</summary>
    public static SocketAddress Room() => new(AddressFamily.InterNetworkV6, 28);

    /// <summary>What a call wrote into <paramref name="room"/>; null when it is no IP address.</summary>
    public static IPEndPoint? Read(SocketAddress room, int length)
    {
        room.Size = length;
        return room.Family switch
        {
            AddressFamily.InterNetwork => (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(room),
            AddressFamily.InterNetworkV6 => (IPEndPoint)new IPEndPoint(IPAddress.IPv6Any, 0).Create(room),
            _ => null,
        };
    }

    /// <summary>The address of a socket's own end; null when it has none any more.</summary>
    public static IPEndPoint? Local(SafeHandle socket)
    {
        var room = Room();
        var length = room.Size;
        return Libc.GetName(socket, ref MemoryMarshal.GetReference(room.Buffer.Span), ref length) == 0 ? Read(room, length) : null;
    }
}
