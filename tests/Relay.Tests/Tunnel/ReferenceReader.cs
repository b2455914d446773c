namespace Serverless.Relay.Tests.Tunnel;

/// <summary>
/// Reads frames in the plainest way, from the whole input at once (RFC 6455 §5.2): what a flow without rules is held to.
/// </summary>
internal static class ReferenceReader
{
    /// <summary>How much of the input passes, what it holds, and how it ends.</summary>
    public static (int Passed, long Messages, long Bytes, string End) Read(byte[] input, bool fromClient)
    {
        var (at, messages, bytes, inMessage) = (0, 0L, 0L, false);
        while (true)
        {
            if (input.Length - at < 2)
            {
                return (at, messages, bytes, "more");
            }

            var (first, second) = (input[at], input[at + 1]);
            var (opcode, final, masked) = (first & 15, first >= 128, second >= 128);
            var extended = (second & 127) == 126 ? 2 : (second & 127) == 127 ? 8 : 0;
            var header = 2 + extended + (masked ? 4 : 0);
            if (input.Length - at < header)
            {
                return (at, messages, bytes, "more");
            }

            var length = extended == 0 ? (ulong)(second & 127) : 0;
            for (var i = 0; i < extended; i++)
            {
                length = (length << 8) | input[at + 2 + i];
            }

            var isControl = opcode >= 8;
            if (masked != fromClient
                || (first & 0x70) != 0
                || length > long.MaxValue
                || opcode is (> 2 and < 8) or > 10
                || (isControl && (!final || length > 125 || (opcode == 8 && length == 1)))
                || (!isControl && (opcode == 0) != inMessage))
            {
                return (at, messages, bytes, "broken");
            }

            if (opcode == 8 && length >= 2 && input.Length - at < header + 2)
            {
                return (at, messages, bytes, "more");
            }

            var there = Math.Min(length, (ulong)(input.Length - at - header));
            at += header + (int)there;
            bytes += isControl ? 0 : (long)there;
            inMessage = isControl ? inMessage : !final;
            if (there < length)
            {
                return (at, messages, bytes, "more");
            }

            messages += !isControl && final ? 1 : 0;
            if (opcode == 8)
            {
                return (at, messages, bytes, "closed");
            }
        }
    }
}
