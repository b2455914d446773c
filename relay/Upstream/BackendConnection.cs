using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Upstream;

/// <summary>Opens TCP connections to backends.</summary>
internal static class BackendConnection
{
    /// <summary>
    /// Tries every address of the endpoint in turn; each gets an even share of the time that is left, so that one that
    /// swallows packets does not use up the others'.
    /// </summary>
    /// <param name="endpoint">Whose addresses.</param>
    /// <param name="timeout">For all of them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loop">Takes the connection, as a <see cref="LoopStream"/>; null leaves it to .NET's own sockets.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="SocketException">The name does not resolve, or no address accepts the connection.</exception>
    /// <exception cref="TimeoutException">The last address said nothing in its time.</exception>
    public static async Task<Stream> OpenAsync(
        BackendEndpoint endpoint, TimeSpan timeout, TimeProvider time, EventLoop? loop, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var host = endpoint.HostToDial;
        var addresses = IPAddress.TryParse(host, out var address)
            ? [address]
            : await Dns.GetHostAddressesAsync(host, cancel).WaitAsync(timeout, time, cancel);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        for (var i = 0; i < addresses.Length; i++)
        {
            var left = timeout - time.GetElapsedTime(started);
            var share = left > TimeSpan.Zero ? left / (addresses.Length - i) : TimeSpan.Zero;
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], endpoint.Url.Port), share, time, loop, cancel);
            }
            catch (Exception e) when (i < addresses.Length - 1 && e is SocketException or TimeoutException)
            {
                // The next address may do better; the last one's failure is the one reported.
            }
        }

        throw new UnreachableException("The last address either connects or throws.");
    }

    private static async Task<Stream> ConnectAsync(
        IPEndPoint endPoint, TimeSpan timeout, TimeProvider time, EventLoop? loop, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return loop is null
                ? await ConnectAsync(endPoint, either.Token)
                : new LoopStream(await LoopSocket.ConnectAsync(loop, endPoint, either.Token));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {endPoint} within {timeout}.", e);
        }
    }

    private static async Task<NetworkStream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancel)
    {
        // Frames are messages: waiting to fill a segment would only delay them.
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
