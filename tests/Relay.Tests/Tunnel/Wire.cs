using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Serverless.Relay.Sockets;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>The far end of a real connection, spoken to in bytes and frames.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    public NetworkStream Stream { get; } = new(socket, ownsSocket: true);

    /// <summary>A connection: the relay's end as a stream, and the peer's.</summary>
    public static async Task<(Stream Near, Wire Far)> ConnectAsync(EventLoops? loops = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connecting = ConnectAsync((IPEndPoint)listener.LocalEndpoint, loops);
        var far = await listener.AcceptSocketAsync().Soon();
        far.NoDelay = true;
        return (await connecting.Soon(), new Wire(far));
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint to, EventLoops? loops)
    {
        if (loops is not null)
        {
            return new LoopStream(await LoopSocket.ConnectAsync(loops.Next(), to, CancellationToken.None));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes).Soon();

    public Task SendAsync(byte[] bytes) => SendAsync(bytes.AsMemory());

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).Soon();
        return bytes;
    }

    /// <summary>Everything up to the end of the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        await Stream.CopyToAsync(all).Soon();
        return all.ToArray();
    }

    /// <summary>Opcode and unmasked payload of the next frame.</summary>
    public async Task<(int Opcode, bool Masked, byte[] Payload)> ReadFrameAsync()
    {
        var start = await ReadAsync(2);
        var masked = (start[1] & 0x80) != 0;
        var length = (start[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        var key = masked ? await ReadAsync(4) : new byte[4];
        var payload = await ReadAsync(length);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= key[i & 3];
        }

        return (start[0] & 0x0F, masked, payload);
    }

    /// <summary>The next frame, which has to be a Close; as <c>code reason</c>.</summary>
    public async Task<string> ReadCloseAsync(bool masked)
    {
        var frame = await ReadFrameAsync();
        Assert.Equal((Frame.CloseOpcode, masked), (frame.Opcode, frame.Masked));
        return $"{BinaryPrimitives.ReadUInt16BigEndian(frame.Payload)} {Encoding.UTF8.GetString(frame.Payload.AsSpan(2))}";
    }

    /// <summary>Nothing more comes, and the connection has ended in order.</summary>
    public async Task AssertEndedAsync() => Assert.Empty(await ReadToEndAsync());

    /// <summary>Ends the connection as a crash of the machine would: without a FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        Stream.Dispose();
    }

    public void Dispose() => Stream.Dispose();
}
