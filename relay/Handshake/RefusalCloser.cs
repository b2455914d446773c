using System.Buffers;
using Microsoft.Extensions.Options;
using Serverless.Relay.Authorization;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Tells a page why its handshake was refused. A browser shows no status and no body of it, but the code and the reason of a
/// Close: so the handshake is accepted, closed at once, and the connection ended in order.
/// </summary>
internal sealed class RefusalCloser(IOptions<TunnelOptions> options, TimeProvider time)
{
    private const int BufferBytes = 4 * 1024;

    /// <summary>Whether a refusal of this request is one to be closed: the product says so, and a page is asking in a sound way.</summary>
    public static bool Serves(Exchange exchange)
    {
        var request = exchange.Http.Request;
        return exchange.Product is { Version.Snapshot.CloseRefusals: true }
            && exchange.IsUpgrade
            && request.Headers.Origin is [{ Length: > 0 }]
            && HandshakeCheck.Check(exchange) is null
            && !exchange.Http.Response.HasStarted;
    }

    /// <summary>Accepts, closes, and waits for the page's own Close, as long as any tunnel does.</summary>
    public async Task CloseAsync(Exchange exchange, CloseReason reason)
    {
        var http = exchange.Http;
        var headers = http.Response.Headers;
        if (exchange.Connect is null)
        {
            headers.SecWebSocketAccept = UpgradeProof.Accept(http.Request.Headers.SecWebSocketKey.ToString());
        }

        if (SubprotocolCredential.Harmless(http.Request.Headers.SecWebSocketProtocol) is { } offered)
        {
            headers.SecWebSocketProtocol = offered;
        }

        await using var client = await ClientUpgrade.AcceptAsync(exchange);
        using var late = new CancellationTokenSource(options.Value.CloseTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            await client.WriteAsync(CloseFrame.Write(reason, masked: false), either.Token);
            await client.FlushAsync(either.Token);
            await ReadToCloseAsync(client, either.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // It has left, or does not answer: its connection ends all the same.
        }
    }

    // What the page has sent meanwhile is let go. Left unread, it would have the connection reset, and the Close in it lost.
    private static async Task ReadToCloseAsync(Stream client, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (held, skip) = (0, 0L);
            while (await client.ReadAsync(buffer.AsMemory(held), cancel) is > 0 and var read)
            {
                held += read;
                var at = 0;
                while (true)
                {
                    var passed = (int)Math.Min(skip, held - at);
                    (at, skip) = (at + passed, skip - passed);
                    if (skip > 0 || !FrameHeader.TryRead(buffer.AsSpan(at, held - at), out var header))
                    {
                        break;
                    }

                    if (header.IsClose || header.PayloadLength < 0)
                    {
                        return;
                    }

                    (at, skip) = (at + header.Length, header.PayloadLength);
                }

                // A header that is cut comes first in the next round.
                buffer.AsSpan(at, held - at).CopyTo(buffer);
                held -= at;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
