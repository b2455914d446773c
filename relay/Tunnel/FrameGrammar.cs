namespace Serverless.Relay.Tunnel;

/// <summary>
/// What a gateway may carry of one direction, frame after frame (RFC 6455 §5): masked as its sender has to, opcodes that
/// are defined, control frames whole and short, the frames of a message in order, RSV bits only where client and backend
/// have negotiated what they mean.
/// </summary>
/// <param name="fromClient">Frames of a client are masked, those of a backend are not (§5.1).</param>
/// <param name="allowedRsv">Bits of the first byte, of 0x70, that may be set.</param>
internal struct FrameGrammar(bool fromClient, byte allowedRsv)
{
    private const byte CompressedBit = 0x40;

    private readonly bool _fromClient = fromClient;
    private readonly byte _forbiddenRsv = (byte)(0x70 & ~allowedRsv);
    private readonly bool _knowsCompression = allowedRsv == CompressedBit;

    /// <summary>A message has begun, and its last frame has not.</summary>
    public bool InMessage { get; private set; }

    /// <summary>Whether a frame may come now.</summary>
    public readonly bool Allows(in FrameHeader header)
    {
        if (header.PayloadLength < 0 || header.Masked != _fromClient || (header.First & _forbiddenRsv) != 0)
        {
            return false;
        }

        if (header.IsControl)
        {
            // A Close of one byte holds half a status code (§5.5.1).
            return header.Opcode <= Opcodes.Pong
                && header.Final
                && header.PayloadLength <= 125
                && !(header.IsClose && header.PayloadLength == 1)
                && !(_knowsCompression && header.IsCompressed);
        }

        // The bit of permessage-deflate is on the first frame of a message alone (RFC 7692 §6.1).
        return header.Opcode <= Opcodes.Binary
            && (header.Opcode == Opcodes.Continuation) == InMessage
            && !(_knowsCompression && header.IsCompressed && InMessage);
    }

    /// <summary>A frame that may come has come.</summary>
    public void Accept(in FrameHeader header)
    {
        if (!header.IsControl)
        {
            InMessage = !header.Final;
        }
    }
}
