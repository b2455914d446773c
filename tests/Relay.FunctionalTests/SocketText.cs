using System.Net.WebSockets;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Text messages over a WebSocket.</summary>
internal static class SocketText
{
    public static async Task<string> ReceiveTextAsync(this WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).Soon();
        Assert.True(received.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    public static Task SendTextAsync(this WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).Soon();
}
