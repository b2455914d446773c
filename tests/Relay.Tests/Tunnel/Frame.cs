using System.Buffers.Binary;
using System.Text;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>Writes frames as peers send them, odd ones included.</summary>
internal static class Frame
{
    public const int Continuation = 0x0;
    public const int Text = 0x1;
    public const int Binary = 0x2;
    public const int CloseOpcode = 0x8;
    public const int Ping = 0x9;
    public const int Pong = 0xA;

    private static readonly byte[] Key = [0x37, 0xfa, 0x21, 0x3d];

    public static byte[] Of(int opcode, ReadOnlySpan<byte> payload, bool masked, bool final = true, int rsv = 0)
    {
        var frame = new byte[14 + payload.Length];
        frame[0] = (byte)((final ? 0x80 : 0) | (rsv << 4) | opcode);
        var header = 2;
        if (payload.Length > ushort.MaxValue)
        {
            frame[1] = 127;
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
            header = 10;
        }
        else if (payload.Length > 125)
        {
            frame[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
            header = 4;
        }
        else
        {
            frame[1] = (byte)payload.Length;
        }

        if (masked)
        {
            frame[1] |= 0x80;
            Key.CopyTo(frame, header);
            header += 4;
        }

        for (var i = 0; i < payload.Length; i++)
        {
            frame[header + i] = (byte)(payload[i] ^ (masked ? Key[i & 3] : 0));
        }

        return frame[..(header + payload.Length)];
    }

    /// <summary>A binary message of so many bytes, different ones.</summary>
    public static byte[] Message(int size, bool masked)
    {
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        return Of(Binary, payload, masked);
    }

    public static byte[] Close(ushort code, string reason, bool masked)
    {
        byte[] payload = [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];
        return Of(CloseOpcode, payload, masked);
    }
}
