using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>Writes the Close frames that the relay itself sends.</summary>
internal static class CloseFrame
{
    /// <summary>A whole frame; towards a backend the relay is a client, so it is masked (RFC 6455 §5.3).</summary>
    public static byte[] Write(CloseReason reason, bool masked)
    {
        var payload = 2 + Encoding.UTF8.GetByteCount(reason.Text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload, 125);

        var start = masked ? 6 : 2;
        var frame = new byte[start + payload];
        frame[0] = 0x80 | Opcodes.Close;
        frame[1] = (byte)payload;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(start), reason.Code);
        Encoding.UTF8.GetBytes(reason.Text, frame.AsSpan(start + 2));
        if (masked)
        {
            frame[1] |= 0x80;
            var key = frame.AsSpan(2, 4);
            RandomNumberGenerator.Fill(key);
            for (var i = 0; i < payload; i++)
            {
                frame[start + i] ^= key[i & 3];
            }
        }

        return frame;
    }
}
