using System.Buffers.Binary;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// One direction of a tunnel: follows its frames through bytes cut anywhere, and says how many may pass, what goes
/// nowhere, where something is to be inserted, and when the peer closes or breaks a rule. Synchronous, allocates nothing,
/// keeps no bytes, and knows nothing of how they are moved, so that any engine can drive it: one at a time. What is
/// ordered or sampled may come from any thread.
/// </summary>
internal sealed class Flow
{
    /// <summary>So many bytes may have to come again: a header, and a Pong's payload after it.</summary>
    public const int MostHeld = FrameHeader.MaxLength + sizeof(long);

    // Then it is asked again: timers have a longest time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Insertions _insertions = new();
    private readonly DirectionGate? _gate;
    private readonly MessageObserver? _observer;
    private readonly bool _fromClient;
    private FrameGrammar _grammar;
    private FrameHeader _frame;
    private FrameFate _fate;
    private long _payloadLeft;
    private uint _mask;
    private bool _inFrame;
    private bool _judged;
    private bool _dropsMessage;
    private long _granted;
    private bool _sinkInFrame;
    private bool _sinkInMessage;
    private bool _stopped;
    private volatile bool _delayed;
    private long _ownPong;
    private long _messages;
    private long _bytes;
    private long _passed;
    private long _heard;
    private int _blocks;

    /// <param name="fromClient">Frames of a client are masked, those of a backend are not.</param>
    /// <param name="terms">What the tunnel has to keep to.</param>
    /// <param name="time">For rates.</param>
    /// <param name="reached">Hears of limits.</param>
    public Flow(bool fromClient, TunnelTerms terms, TimeProvider time, LimitReached reached)
    {
        _fromClient = fromClient;
        _grammar = new FrameGrammar(fromClient, terms.AllowedRsv);
        _gate = fromClient
            ? DirectionGate.Create(fromClient, terms.Rules.FromClient, terms.FromClient, time, reached)
            : DirectionGate.Create(fromClient, terms.Rules.FromBackend, terms.FromBackend, time, reached);
        _observer = fromClient ? terms.ClientObserver : terms.BackendObserver;
    }

    /// <summary>What has passed so far.</summary>
    public DirectionTotals Totals => new(Volatile.Read(ref _messages), Volatile.Read(ref _bytes));

    /// <summary>Every byte that has passed so far, headers and control frames too; those inserted are not among them.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Every byte that its source has sent so far.</summary>
    public long Heard => Volatile.Read(ref _heard);

    /// <summary>Grows whenever the sink begins, and ceases, to leave a write waiting; odd while it does.</summary>
    public int Blocks => Volatile.Read(ref _blocks);

    /// <summary>A rate holds the source up.</summary>
    public bool Delayed
    {
        get => _delayed;
        set => _delayed = value;
    }

    /// <summary>Something was ordered that the sink has not been given yet.</summary>
    public bool HasOrders => _insertions.Any;

    /// <summary>Status code of the source's Close, once seen; null before it, and when it carried none.</summary>
    public ushort? CloseCode { get; private set; }

    /// <summary>After <see cref="FlowNext.Broken"/>, why.</summary>
    public TunnelEnd End { get; private set; }

    /// <summary>After <see cref="FlowNext.Wait"/>, how long.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>Nothing goes on any more: a Close was inserted, it was told to stop, or the sink is lost.</summary>
    public bool Stopped => _stopped;

    /// <summary>The sink has got nothing of a frame that it has not got whole.</summary>
    public bool SinkBetweenFrames => !_sinkInFrame;

    /// <summary>
    /// From any thread: nothing more goes on. With a Close after the frame that is under way, if any; without one, at
    /// once. What the source still sends goes nowhere, until its Close. The first order counts.
    /// </summary>
    public bool OrderStop(byte[]? close) => _insertions.TryStop(close);

    /// <summary>From any thread: has a whole control frame sent to the sink.</summary>
    public bool OrderControl(byte[] frame) => _insertions.TryAdd(frame, isMessage: false);

    /// <summary>From any thread: has a whole message sent to the sink.</summary>
    public bool OrderMessage(byte[] frame) => _insertions.TryAdd(frame, isMessage: true);

    /// <summary>From any thread: a Pong of these eight bytes answers the relay's own Ping, and goes nowhere.</summary>
    public void ExpectPong(long payload) => Volatile.Write(ref _ownPong, payload);

    /// <summary>So many bytes were read from the source.</summary>
    public void Hear(int count) => Volatile.Write(ref _heard, _heard + count);

    /// <summary>The sink leaves a write waiting.</summary>
    public void Block() => Volatile.Write(ref _blocks, _blocks + 1);

    /// <summary>The write has ended.</summary>
    public void Unblock() => Volatile.Write(ref _blocks, _blocks + 1);

    /// <summary>The sink is gone; what the source still sends goes nowhere.</summary>
    public void LoseSink() => _stopped = true;

    /// <summary>The tunnel has ended: what was spent on what has not passed after all is given back.</summary>
    public void Settle()
    {
        _gate?.Settle(_sinkInMessage, _sinkInFrame && !_frame.IsControl ? _payloadLeft : 0);
        _observer?.Dispose();
    }

    /// <summary>What is to be written to the sink now; to be asked again until there is nothing.</summary>
    public bool TryInsert(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (!_insertions.Any
            || !_insertions.TryTake(!_sinkInFrame, !_sinkInMessage, out var taken, out var ends))
        {
            return false;
        }

        // What comes too late, after a Close or for a sink that is lost, is taken and goes nowhere.
        var late = _stopped;
        _stopped |= ends;
        frame = late ? default : taken;
        return true;
    }

    /// <summary>
    /// Looks at <paramref name="bytes"/>, which continue where the last step ended. Bytes of a frame that is cut
    /// short too early, fewer than <see cref="MostHeld"/>, neither pass nor are skipped; they have to come again at the
    /// start of the next call.
    /// </summary>
    public FlowStep Take(ReadOnlySpan<byte> bytes)
    {
        if (CanInsert)
        {
            return new FlowStep(0, 0, FlowNext.Insert);
        }

        if (_stopped)
        {
            _fate = FrameFate.Skip;
        }

        var at = 0;
        while (true)
        {
            if (!_inFrame)
            {
                if (CanInsert)
                {
                    return Step(at, FlowNext.Insert);
                }

                var before = _fate;
                if (Begin(bytes[at..]) is { } next)
                {
                    return Step(at, before, next);
                }

                // One step either passes bytes or skips them.
                if (at > 0 && _fate != before)
                {
                    _judged = true;
                    return Step(at, before, FlowNext.Again);
                }

                Enter(bytes[at..]);
                at += _frame.Length;
            }

            if (_granted == 0 && _payloadLeft > 0 && _fate == FrameFate.Pass && at < bytes.Length && Heed(_gate!.GoOn(_payloadLeft)) is { } held)
            {
                return Step(at, held);
            }

            var taken = (int)Math.Min(Math.Min(_payloadLeft, _granted), bytes.Length - at);
            Count(bytes.Slice(at, taken));
            _payloadLeft -= taken;
            _granted -= taken;
            at += taken;
            if (_payloadLeft > 0 && at == bytes.Length)
            {
                return Step(at, FlowNext.More);
            }

            if (_payloadLeft > 0)
            {
                continue;
            }

            Leave();
            if (_frame.IsClose)
            {
                return Step(at, FlowNext.Closed);
            }
        }
    }

    private bool CanInsert => _insertions.Any && _insertions.CanTake(!_sinkInFrame, !_sinkInMessage);

    // Reads the next header and judges it; null when the frame may begin, as _fate says.
    private FlowNext? Begin(ReadOnlySpan<byte> bytes)
    {
        if (_judged)
        {
            return null;
        }

        if (!FrameHeader.TryRead(bytes, out var header))
        {
            return FlowNext.More;
        }

        if (!_grammar.Allows(header))
        {
            End = _fromClient ? TunnelEnd.ClientProtocolError : TunnelEnd.BackendProtocolError;
            return FlowNext.Broken;
        }

        // These wait for the bytes that matter, so that they never have to be put together from two reads. Looked at once: the
        // relay may ping meanwhile.
        var mayBeOwn = IsOfOwnLength(header);
        if ((header.IsClose && header.PayloadLength >= 2 && bytes.Length < header.Length + 2)
            || (mayBeOwn && bytes.Length < header.Length + sizeof(long)))
        {
            return FlowNext.More;
        }

        _frame = header;
        if (_stopped)
        {
            _fate = FrameFate.Skip;
        }
        else if (header.IsControl)
        {
            _fate = mayBeOwn && Payload(bytes) == _ownPong ? FrameFate.Skip : FrameFate.Pass;
            if (_fate == FrameFate.Pass && _gate is not null && Heed(_gate.JudgeControl(header)) is { } next)
            {
                return next;
            }
        }
        else if (!header.BeginsMessage && _dropsMessage)
        {
            _fate = FrameFate.Skip;
        }
        else
        {
            _fate = FrameFate.Pass;
            if (_gate is not null && Heed(_gate.Judge(header)) is { } next)
            {
                return next;
            }

            _dropsMessage = _fate == FrameFate.Skip;
        }

        if (header.IsClose && header.PayloadLength >= 2)
        {
            CloseCode = ReadCloseCode(bytes);
        }

        return null;
    }

    // Null when the frame goes on, or goes nowhere.
    private FlowNext? Heed(in GateVerdict verdict)
    {
        switch (verdict.Kind)
        {
            case GateKind.Wait:
                Wait = verdict.Wait < LongestWait ? verdict.Wait : LongestWait;
                return FlowNext.Wait;
            case GateKind.Close:
                End = verdict.End;
                return FlowNext.Broken;
            case GateKind.Drop:
                _fate = FrameFate.Skip;
                return null;
            default:
                _granted = verdict.Granted;
                return null;
        }
    }

    private void Enter(ReadOnlySpan<byte> frame)
    {
        _judged = false;
        _grammar.Accept(_frame);
        _inFrame = true;
        _payloadLeft = _frame.PayloadLength;
        _granted = _gate is null || _fate == FrameFate.Skip ? long.MaxValue : _granted;
        if (_fate == FrameFate.Pass)
        {
            _sinkInFrame = true;
            _sinkInMessage |= !_frame.IsControl;
        }

        if (_observer is not null)
        {
            _mask = _frame.Masked ? BinaryPrimitives.ReadUInt32BigEndian(frame[(_frame.Length - 4)..]) : 0;
            if (_fate == FrameFate.Pass && _frame.BeginsMessage)
            {
                _observer.Begin(_frame.Opcode == Opcodes.Text, _frame.IsCompressed);
            }
        }
    }

    private void Count(ReadOnlySpan<byte> payload)
    {
        if (_fate == FrameFate.Pass && !_frame.IsControl)
        {
            Volatile.Write(ref _bytes, _bytes + payload.Length);
            _observer?.Take(payload, _mask, _frame.PayloadLength - _payloadLeft);
        }
    }

    private void Leave()
    {
        _inFrame = false;
        if (_fate == FrameFate.Skip)
        {
            return;
        }

        _sinkInFrame = false;
        if (_frame.Final && !_frame.IsControl)
        {
            _sinkInMessage = false;
            Volatile.Write(ref _messages, _messages + 1);
            _observer?.End();
        }
    }

    private FlowStep Step(int bytes, FlowNext next) => Step(bytes, _fate, next);

    private FlowStep Step(int bytes, FrameFate fate, FlowNext next)
    {
        if (fate == FrameFate.Skip)
        {
            return new FlowStep(0, bytes, next);
        }

        Volatile.Write(ref _passed, _passed + bytes);
        return new FlowStep(bytes, 0, next);
    }

    private bool IsOfOwnLength(in FrameHeader header) =>
        header is { Opcode: Opcodes.Pong, PayloadLength: sizeof(long) } && Volatile.Read(ref _ownPong) != 0;

    private long Payload(ReadOnlySpan<byte> frame)
    {
        var payload = BinaryPrimitives.ReadInt64BigEndian(frame[_frame.Length..]);
        if (!_frame.Masked)
        {
            return payload;
        }

        var key = (long)BinaryPrimitives.ReadUInt32BigEndian(frame[(_frame.Length - 4)..]);
        return payload ^ ((key << 32) | key);
    }

    private ushort ReadCloseCode(ReadOnlySpan<byte> frame)
    {
        var code = BinaryPrimitives.ReadUInt16BigEndian(frame[_frame.Length..]);
        return _frame.Masked ? (ushort)(code ^ BinaryPrimitives.ReadUInt16BigEndian(frame[(_frame.Length - 4)..])) : code;
    }

    private enum FrameFate
    {
        Pass,
        Skip,
    }
}
