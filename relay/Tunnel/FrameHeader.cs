using System.Buffers.Binary;

namespace Serverless.Relay.Tunnel;

/// <summary>The header of one WebSocket frame (RFC 6455 §5.2).</summary>
/// <param name="First">FIN, the three RSV bits and the opcode, as they came.</param>
/// <param name="Masked">A masking key precedes the payload.</param>
/// <param name="Length">Bytes of the header itself, masking key included: 2 to 14.</param>
/// <param name="PayloadLength">Bytes that follow the header. Negative when the 64-bit length has its top bit set.</param>
internal readonly record struct FrameHeader(byte First, bool Masked, int Length, long PayloadLength)
{
    /// <summary>The longest header: two bytes, a 64-bit length and a masking key.</summary>
    public const int MaxLength = 14;

    public bool Final => (First & 0x80) != 0;

    public int Opcode => First & 0x0F;

    public bool IsControl => (First & 0x08) != 0;

    public bool IsClose => Opcode == Opcodes.Close;

    /// <summary>RSV1, which permessage-deflate has taken (RFC 7692 §6).</summary>
    public bool IsCompressed => (First & 0x40) != 0;

    /// <summary>The first frame of a message.</summary>
    public bool BeginsMessage => Opcode is Opcodes.Text or Opcodes.Binary;

    /// <summary>Reads a header from the start of <paramref name="bytes"/>; false when it is cut short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        var masked = (bytes[1] & 0x80) != 0;
        long payload = bytes[1] & 0x7F;
        var lengthBytes = payload switch { 126 => 2, 127 => 8, _ => 0 };
        var length = 2 + lengthBytes + (masked ? 4 : 0);
        if (bytes.Length < length)
        {
            return false;
        }

        payload = lengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => payload,
        };
        header = new FrameHeader(bytes[0], masked, length, payload);
        return true;
    }
}

/// <summary>The opcodes of RFC 6455 §5.2 that the relay tells apart; all others are reserved.</summary>
internal static class Opcodes
{
    public const int Continuation = 0x0;
    public const int Text = 0x1;
    public const int Binary = 0x2;
    public const int Close = 0x8;
    public const int Ping = 0x9;
    public const int Pong = 0xA;
}
