using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Judges the frames of one direction by their headers: size, rates, and what is left of a plan. What a limit in dry run
/// would have done is counted and not done. Where bytes are delayed, a frame is let on in pieces.
/// </summary>
internal sealed class DirectionGate
{
    // Larger ones are bursts, smaller ones are work.
    private const double PieceSeconds = 0.05;
    private const long MostPiece = 64 * 1024;

    private readonly bool _fromClient;
    private readonly SizeRule? _size;
    private readonly TokenBucket? _messages;
    private readonly TokenBucket? _bytes;
    private readonly DirectionAllowances _allowances;
    private readonly LimitReached _reached;
    private readonly long _piece;
    private long _messageSize;
    private bool _tooBigCounted;
    private bool _waiting;

    private DirectionGate(
        bool fromClient, DirectionRules rules, DirectionAllowances allowances, TimeProvider time, LimitReached reached)
    {
        (_fromClient, _size, _allowances, _reached) = (fromClient, rules.MessageSize, allowances, reached);
        _messages = rules.Messages is { } messages ? new TokenBucket(messages, time) : null;
        _bytes = rules.Bytes is { } bytes ? new TokenBucket(bytes, time) : null;
        _piece = rules.Bytes is { Action: RateAction.Delay, DryRun: false } delay
            ? Math.Clamp((long)Math.Max(delay.Burst, delay.PerSecond * PieceSeconds), 1, MostPiece)
            : long.MaxValue;
    }

    /// <summary>A gate; null where nothing is limited.</summary>
    public static DirectionGate? Create(
        bool fromClient, DirectionRules rules, DirectionAllowances allowances, TimeProvider time, LimitReached reached) =>
        rules == DirectionRules.None && allowances is { Messages.Count: 0, Bytes.Count: 0 }
            ? null
            : new DirectionGate(fromClient, rules, allowances, time, reached);

    /// <summary>
    /// Judges a data frame. A frame that has to wait is asked for again, at the earliest after the time that was named.
    /// </summary>
    public GateVerdict Judge(in FrameHeader header)
    {
        if (header.BeginsMessage)
        {
            (_messageSize, _tooBigCounted) = (0, false);
        }

        // The length is any number up to 2^63 - 1: a sum could overflow.
        if (_size is { } size && header.PayloadLength > size.Most - _messageSize)
        {
            if (!size.DryRun)
            {
                return Close("message_size", _fromClient ? TunnelEnd.ClientMessageTooBig : TunnelEnd.BackendMessageTooBig);
            }

            CountOnce();
        }

        if (Rates(header) is { Kind: not GateKind.Pass } verdict)
        {
            return verdict;
        }

        if (!Spend(header))
        {
            return Close("plan", TunnelEnd.PlanLimitReached);
        }

        _waiting = false;
        _messageSize = header.PayloadLength > long.MaxValue - _messageSize ? long.MaxValue : _messageSize + header.PayloadLength;
        return Pass(header.PayloadLength);
    }

    /// <summary>Judges a control frame, which only counts towards bytes, and a Close not even there.</summary>
    public GateVerdict JudgeControl(in FrameHeader header) =>
        header.IsClose ? Pass(0) : AskOn(Cost(header), left: 0, canDrop: true);

    /// <summary>Judges the rest of a frame of which all has passed that was granted.</summary>
    public GateVerdict GoOn(long left) => AskOn(Math.Min(left, _piece), left, canDrop: false);

    /// <summary>Gives back what was spent on a message, and on bytes, that have not passed whole.</summary>
    public void Settle(bool inMessage, long bytesLeft)
    {
        Allowance.Return(_allowances.Messages, inMessage ? 1 : 0);
        Allowance.Return(_allowances.Bytes, bytesLeft);
    }

    // Bytes are asked first only when that can keep the frame back: a message is not to be counted for a frame that waits.
    private GateVerdict Rates(in FrameHeader header)
    {
        var bytes = Ask(_bytes, "byte_rate", Cost(header), header.BeginsMessage);
        if (bytes.Kind != GateKind.Pass || !header.BeginsMessage)
        {
            return bytes;
        }

        var messages = Ask(_messages, "message_rate", 1, canDrop: true);
        if (messages.Kind != GateKind.Pass)
        {
            _bytes?.Owe(-Cost(header));
        }

        return messages;
    }

    // What has no payload to speak of costs its own length: there is no end to what could be sent of it for nothing.
    private long Cost(in FrameHeader header) => header.IsControl || header.PayloadLength == 0
        ? header.Length + header.PayloadLength
        : Math.Min(header.PayloadLength, _piece);

    private GateVerdict Pass(long payload) => new(GateKind.Pass, Granted: payload > _piece ? _piece : long.MaxValue);

    // What is paid for whole has nothing left to be asked about.
    private GateVerdict AskOn(long cost, long left, bool canDrop)
    {
        var verdict = Ask(_bytes, "byte_rate", cost, canDrop);
        _waiting &= verdict.Kind == GateKind.Wait;
        return verdict.Kind == GateKind.Pass ? Pass(left) : verdict;
    }

    private GateVerdict Ask(TokenBucket? bucket, string name, long count, bool canDrop)
    {
        if (bucket is null)
        {
            return default;
        }

        var rule = bucket.Rule;
        if (!rule.DryRun && rule.Action == RateAction.Delay)
        {
            return bucket.TakeOrWait(count) is var wait && wait > TimeSpan.Zero ? Delay(name, wait) : default;
        }

        if (bucket.TryTake(count))
        {
            return default;
        }

        if (rule.DryRun)
        {
            _reached(name, "dry_run");
            return default;
        }

        if (rule.Action == RateAction.Close)
        {
            return Close(name, _fromClient ? TunnelEnd.ClientRateExceeded : TunnelEnd.BackendRateExceeded);
        }

        if (!canDrop)
        {
            // The beginning of the message has passed: its rest has to, and is owed.
            bucket.Owe(count);
            return default;
        }

        _reached(name, "dropped");
        return new GateVerdict(GateKind.Drop);
    }

    private bool Spend(in FrameHeader header)
    {
        if (header.BeginsMessage && !Allowance.TrySpend(_allowances.Messages, 1))
        {
            return false;
        }

        if (Allowance.TrySpend(_allowances.Bytes, header.PayloadLength))
        {
            return true;
        }

        if (header.BeginsMessage)
        {
            Allowance.Return(_allowances.Messages, 1);
        }

        return false;
    }

    // A frame is asked about more than once while it waits.
    private GateVerdict Delay(string limit, TimeSpan wait)
    {
        if (!_waiting)
        {
            _waiting = true;
            _reached(limit, "delayed");
        }

        return new GateVerdict(GateKind.Wait, Wait: wait);
    }

    private GateVerdict Close(string limit, TunnelEnd end)
    {
        _reached(limit, "closed");
        return new GateVerdict(GateKind.Close, end);
    }

    private void CountOnce()
    {
        if (!_tooBigCounted)
        {
            _tooBigCounted = true;
            _reached("message_size", "dry_run");
        }
    }
}

/// <summary>What becomes of a frame.</summary>
internal enum GateKind
{
    /// <summary>It goes on.</summary>
    Pass,

    /// <summary>Its message goes nowhere.</summary>
    Drop,

    /// <summary>It may be asked for again later.</summary>
    Wait,

    /// <summary>The tunnel ends.</summary>
    Close,
}

/// <summary>What a gate makes of a frame.</summary>
/// <param name="Kind">What becomes of it.</param>
/// <param name="End">With <see cref="GateKind.Close"/>, why.</param>
/// <param name="Wait">With <see cref="GateKind.Wait"/>, how long.</param>
/// <param name="Granted">With <see cref="GateKind.Pass"/>, how much payload may pass before the gate is asked again.</param>
internal readonly record struct GateVerdict(
    GateKind Kind, TunnelEnd End = TunnelEnd.None, TimeSpan Wait = default, long Granted = long.MaxValue);
