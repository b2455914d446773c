using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.Relay.Tunnel;

/// <summary>Writes the Pings that the relay itself sends.</summary>
internal static class PingFrame
{
    /// <summary>A whole frame with eight bytes that nobody can guess, so that its Pong is known from others' (RFC 6455 §5.5.3).</summary>
    public static byte[] Make(bool masked, out long payload)
    {
        Span<byte> random = stackalloc byte[sizeof(long) + 4];
        RandomNumberGenerator.Fill(random);
        payload = BinaryPrimitives.ReadInt64BigEndian(random) | 1;

        var frame = new byte[masked ? 14 : 10];
        frame[0] = 0x80 | Opcodes.Ping;
        frame[1] = (byte)(sizeof(long) | (masked ? 0x80 : 0));
        var body = frame.AsSpan(frame.Length - sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(body, payload);
        if (masked)
        {
            var key = random[sizeof(long)..];
            key.CopyTo(frame.AsSpan(2));
            for (var i = 0; i < body.Length; i++)
            {
                body[i] ^= key[i & 3];
            }
        }

        return frame;
    }
}
