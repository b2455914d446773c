using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>An open WebSocket, byte by byte: it sees how its connection ends, which well-behaved clients hide.</summary>
internal sealed class RawSocket : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    private RawSocket()
    {
    }

    /// <summary>Opens one; the answer has to be a 101.</summary>
    public static async Task<RawSocket> OpenAsync(Uri address, string target)
    {
        var socket = new RawSocket();
        await socket._client.ConnectAsync(address.Host, address.Port).Soon();
        await socket._client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(RawClient.Handshake(target))).Soon();
        var head = new List<byte>();
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            head.Add((await socket.ReadAsync(1))[0]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", Encoding.Latin1.GetString([.. head]), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>Opcode and payload of the next frame, of a server and short.</summary>
    public async Task<(int Opcode, byte[] Payload)> ReadFrameAsync()
    {
        var start = await ReadAsync(2);
        Assert.InRange(start[1], 0, 125);
        return (start[0] & 0x0F, await ReadAsync(start[1]));
    }

    /// <summary>
    /// Reads up to a Close, answers it, and reads up to the end of the connection; the code and the text of the Close. A
    /// connection that is reset fails the test.
    /// </summary>
    public async Task<string> ReadCloseAsync()
    {
        var (opcode, payload) = await ReadFrameAsync();
        while (opcode != 8)
        {
            (opcode, payload) = await ReadFrameAsync();
        }

        byte[] answer = [0x88, 0x82, 0, 0, 0, 0, payload[0], payload[1]];
        await _client.GetStream().WriteAsync(answer).Soon();
        Assert.Equal(0, await _client.GetStream().ReadAsync(new byte[1].AsMemory()).Soon());
        return $"{BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload.AsSpan(2))}";
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _client.GetStream().ReadExactlyAsync(bytes).Soon();
        return bytes;
    }
}
