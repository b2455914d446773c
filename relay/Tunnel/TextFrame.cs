using System.Buffers.Binary;

namespace Serverless.Relay.Tunnel;

/// <summary>Writes the messages that the relay itself sends to clients.</summary>
internal static class TextFrame
{
    /// <summary>A whole text message in one frame (RFC 6455 §5.6), as servers send it: not masked.</summary>
    /// <param name="text">UTF-8, 65,535 bytes at most.</param>
    public static byte[] Write(ReadOnlySpan<byte> text)
    {
        var header = text.Length < 126 ? 2 : 4;
        var frame = new byte[header + text.Length];
        frame[0] = 0x80 | Opcodes.Text;
        if (header == 2)
        {
            frame[1] = (byte)text.Length;
        }
        else
        {
            frame[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)text.Length));
        }

        text.CopyTo(frame.AsSpan(header));
        return frame;
    }
}
