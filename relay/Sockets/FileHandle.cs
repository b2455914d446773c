using Microsoft.Win32.SafeHandles;

namespace Serverless.Relay.Sockets;

/// <summary>
/// A descriptor that is closed once, and not while a call uses it: its number could by then be another connection's.
/// </summary>
internal sealed class FileHandle : SafeHandleMinusOneIsInvalid
{
    private FileHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Takes what a call returned.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The call failed.</exception>
    public static FileHandle Of(int descriptor) =>
        descriptor >= 0 ? new FileHandle(descriptor) : throw PlatformErrors.Last();

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
