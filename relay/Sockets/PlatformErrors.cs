using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Serverless.Relay.Sockets;

/// <summary>Turns the error of a failed call into the exception that .NET's own sockets throw for it.</summary>
internal static class PlatformErrors
{
    public static SocketException Last() => Of(Marshal.GetLastPInvokeError());

    /// <param name="error">As the system numbers them.</param>
    public static SocketException Of(int error) => new((int)Translate(error), Marshal.GetPInvokeErrorMessage(error));

    private static SocketError Translate(int error) => error switch
    {
        Libc.WouldBlock => SocketError.WouldBlock,
        Libc.TooManyFiles or Libc.TooManyFilesInSystem => SocketError.TooManyOpenSockets,
        Libc.ConnectionAborted => SocketError.ConnectionAborted,
        Libc.NoBuffers or Libc.NoMemory => SocketError.NoBufferSpaceAvailable,
        13 => SocketError.AccessDenied,
        32 => SocketError.Shutdown,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
