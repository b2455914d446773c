using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Serverless.Relay.Sockets;

/// <summary>
/// Kestrel's transport for <see cref="LoopEndPoint"/>s: its connections are on the relay's loops from the start, and can be
/// taken away from Kestrel once their HTTP is over.
/// </summary>
internal sealed class LoopTransport(EventLoops loops, IMemoryPoolFactory<byte> pools)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // As Kestrel's own transport has it.
    private const int Backlog = 512;

    public bool CanBind(EndPoint endpoint) => endpoint is LoopEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel's own transport has it: every address is every address of both families.
            if (((LoopEndPoint)endpoint).Address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(endpoint);
            listener.Listen(Backlog);
            return ValueTask.FromResult<IConnectionListener>(new LoopListener(listener, loops, pools.Create()));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            listener.Dispose();
            throw new AddressInUseException(e.Message, e);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
