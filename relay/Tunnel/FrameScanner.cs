using System.Buffers.Binary;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Follows the frames of one direction through bytes cut anywhere: says how many may pass, where a frame ends, and when
/// the peer closes or breaks the protocol. Synchronous, allocates nothing, keeps no bytes, and knows nothing of how they
/// are moved, so that any engine can drive it.
/// </summary>
/// <param name="fromClient">Frames of a client are masked, those of a backend are not (RFC 6455 §5.1).</param>
internal struct FrameScanner(bool fromClient)
{
    private readonly bool _fromClient = fromClient;
    private FrameHeader _frame;
    private long _payloadLeft;
    private bool _inFrame;
    private long _messages;
    private long _bytes;

    /// <summary>Nothing of a frame has passed that has not passed whole: a frame may be inserted here.</summary>
    public readonly bool BetweenFrames => !_inFrame;

    /// <summary>Status code of the Close frame seen; null before it, and when it carried none.</summary>
    public ushort? CloseCode { get; private set; }

    /// <summary>What has passed so far. May be sampled by any thread.</summary>
    public readonly DirectionTotals Totals => new(Volatile.Read(in _messages), Volatile.Read(in _bytes));

    /// <summary>
    /// Looks at <paramref name="bytes"/>, which continue where the last call's <see cref="Scan.Passed"/> ended. Bytes of
    /// an incomplete header, 13 at most, do not pass; they have to come again at the start of the next call.
    /// </summary>
    public Scan Read(ReadOnlySpan<byte> bytes, ScanMode mode)
    {
        var passed = 0;
        while (true)
        {
            if (!_inFrame)
            {
                var rest = bytes[passed..];
                if (!FrameHeader.TryRead(rest, out var header))
                {
                    return new Scan(passed, ScanOutcome.More);
                }

                if (!IsCarried(header))
                {
                    return new Scan(passed, ScanOutcome.Invalid);
                }

                // A Close waits for its status code too, so that the code never has to be put together from two reads.
                if (header.IsClose && header.PayloadLength >= 2)
                {
                    if (rest.Length < header.Length + 2)
                    {
                        return new Scan(passed, ScanOutcome.More);
                    }

                    CloseCode = ReadCloseCode(rest, header);
                }

                _frame = header;
                _inFrame = true;
                _payloadLeft = header.PayloadLength;
                passed += header.Length;
            }

            var taken = (int)Math.Min(_payloadLeft, bytes.Length - passed);
            _payloadLeft -= taken;
            passed += taken;
            if (mode != ScanMode.Discard && !_frame.IsControl)
            {
                Volatile.Write(ref _bytes, _bytes + taken);
            }

            if (_payloadLeft > 0)
            {
                return new Scan(passed, ScanOutcome.More);
            }

            _inFrame = false;
            if (_frame.IsClose)
            {
                return new Scan(passed, ScanOutcome.Close);
            }

            if (mode != ScanMode.Discard && _frame.Final && !_frame.IsControl)
            {
                Volatile.Write(ref _messages, _messages + 1);
            }

            if (mode == ScanMode.StopAtFrameEnd)
            {
                return new Scan(passed, ScanOutcome.FrameEnd);
            }
        }
    }

    // RSV bits are not looked at: what they mean is between client and backend, who negotiated the extensions.
    private readonly bool IsCarried(in FrameHeader header) =>
        header.PayloadLength >= 0
        && header.Masked == _fromClient
        && (header.IsControl
            ? header.Opcode <= Opcodes.Pong && header.Final && header.PayloadLength <= 125
            : header.Opcode <= Opcodes.Binary);

    private static ushort ReadCloseCode(ReadOnlySpan<byte> frame, in FrameHeader header)
    {
        var code = BinaryPrimitives.ReadUInt16BigEndian(frame[header.Length..]);
        return header.Masked ? (ushort)(code ^ BinaryPrimitives.ReadUInt16BigEndian(frame[(header.Length - 4)..])) : code;
    }
}

/// <summary>What is to become of the bytes that a <see cref="FrameScanner"/> looks at.</summary>
internal enum ScanMode
{
    /// <summary>They go on and are counted.</summary>
    Pass,

    /// <summary>As <see cref="Pass"/>, but no further than the end of the first frame.</summary>
    StopAtFrameEnd,

    /// <summary>They go nowhere and are not counted; only the peer's Close is of interest.</summary>
    Discard,
}

/// <summary>Why a <see cref="FrameScanner"/> stopped.</summary>
internal enum ScanOutcome
{
    /// <summary>All bytes are used up, but for those of an incomplete header.</summary>
    More,

    /// <summary>A frame ends here, and <see cref="ScanMode.StopAtFrameEnd"/> was asked for.</summary>
    FrameEnd,

    /// <summary>A Close frame ends here; what follows it is to be ignored.</summary>
    Close,

    /// <summary>What follows is not a frame that a gateway may carry; nothing of it has passed.</summary>
    Invalid,
}

/// <summary>Result of looking at some bytes.</summary>
/// <param name="Passed">How many of them may go on.</param>
/// <param name="Outcome">Why no more.</param>
internal readonly record struct Scan(int Passed, ScanOutcome Outcome);

/// <summary>What one direction of a tunnel has carried.</summary>
/// <param name="Messages">Whole messages, however many frames each had; control frames are none.</param>
/// <param name="Bytes">Payload bytes of data frames, as they passed (compressed ones count compressed).</param>
internal readonly record struct DirectionTotals(long Messages, long Bytes);
