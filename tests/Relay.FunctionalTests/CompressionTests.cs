using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>permessage-deflate (RFC 7692) and large messages, agreed on by both ends and carried by either engine.</summary>
public sealed class CompressionTests : GatewayTests
{
    private const int Largest = 16 * 1024 * 1024;

    [Theory]
    [InlineData("auto", false)]
    [InlineData("auto", true)]
    [InlineData("streams", false)]
    [InlineData("streams", true)]
    public async Task With_every_window_what_arrives_is_what_was_sent(string engine, bool takeover)
    {
        await using var relay = await StartRelayAsync(("Relay:Tunnel:Engine", engine));
        for (var bits = 9; bits <= 15; bits++)
        {
            var offer = new WebSocketDeflateOptions
            {
                ClientMaxWindowBits = bits,
                ServerMaxWindowBits = 24 - bits,
                ClientContextTakeover = takeover,
                ServerContextTakeover = takeover,
            };
            Server.Instead = http => EchoAsync(http, offer);

            using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}", options =>
            {
                options.DangerousDeflateOptions = offer;
                options.CollectHttpResponseDetails = true;
            });

            Assert.Contains("permessage-deflate", Server.Heard.Last().Headers["Sec-WebSocket-Extensions"], StringComparison.Ordinal);
            foreach (var size in new[] { 0, 1, 125, 70_000 })
            {
                // The second finds the first in its window, where that is kept.
                await EchoesAsync(socket, Compressible(size));
                await EchoesAsync(socket, Compressible(size));
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        }
    }

    [Theory]
    [InlineData("auto", false)]
    [InlineData("auto", true)]
    [InlineData("streams", false)]
    [InlineData("streams", true)]
    public async Task A_message_of_16_MiB_arrives_as_it_was_sent(string engine, bool deflate)
    {
        await using var relay = await StartRelayAsync(("Relay:Tunnel:Engine", engine));
        var offer = deflate ? new WebSocketDeflateOptions() : null;
        Server.Instead = http => EchoAsync(http, offer);
        using var socket = await relay.ConnectAsync($"/echo?user_key={Keys.Good}", options => options.DangerousDeflateOptions = offer);

        await EchoesAsync(socket, RandomNumberGenerator.GetBytes(Largest));
    }

    // Half of it is said again within any window, half is news.
    private static byte[] Compressible(int size) =>
        [.. Enumerable.Range(0, size).Select(n => n % 2 == 0 ? (byte)(n / 2 % 50) : (byte)Random.Shared.Next(256))];

    private static async Task EchoesAsync(ClientWebSocket socket, byte[] message)
    {
        var echo = new byte[message.Length + 1];
        var filled = 0;
        var sending = socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        ValueWebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(echo.AsMemory(filled), CancellationToken.None).AsTask().Soon();
            filled += read.Count;
        }
        while (!read.EndOfMessage);

        await sending.Soon();
        Assert.True(message.AsSpan().SequenceEqual(echo.AsSpan(0, filled)));
    }

    private static async Task EchoAsync(HttpContext http, WebSocketDeflateOptions? deflate)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            DangerousEnableCompression = deflate is not null,
            DisableServerContextTakeover = deflate?.ServerContextTakeover == false,
            ServerMaxWindowBits = deflate?.ServerMaxWindowBits ?? 15,
        });
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } read)
        {
            await socket.SendAsync(buffer.AsMemory(0, read.Count), read.MessageType, read.EndOfMessage, http.RequestAborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
    }
}
