namespace Serverless.Relay.Tunnel;

/// <summary>Everything that one tunnel has to keep to.</summary>
internal sealed record TunnelTerms
{
    /// <summary>What the product wants of all its tunnels.</summary>
    public TunnelRules Rules { get; init; } = TunnelRules.Default;

    /// <summary>Bits of a frame's first byte, of 0x70, that the negotiated extensions use.</summary>
    public byte AllowedRsv { get; init; }

    /// <summary>When the credential that opened it is no longer good; null never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What is left for what the client sends.</summary>
    public DirectionAllowances FromClient { get; init; } = DirectionAllowances.None;

    /// <summary>What is left for what the backend sends.</summary>
    public DirectionAllowances FromBackend { get; init; } = DirectionAllowances.None;

    /// <summary>Sees what the client sends; null where nobody wants to. The tunnel disposes of it.</summary>
    public MessageObserver? ClientObserver { get; init; }

    /// <summary>Sees what the backend sends, likewise.</summary>
    public MessageObserver? BackendObserver { get; init; }
}

/// <summary>What is left for one direction.</summary>
/// <param name="Messages">Each is spent from at the beginning of a message.</param>
/// <param name="Bytes">Each is spent from, by the payload, at the beginning of a data frame.</param>
internal sealed record DirectionAllowances(IReadOnlyList<Allowance> Messages, IReadOnlyList<Allowance> Bytes)
{
    /// <summary>Nothing is limited.</summary>
    public static DirectionAllowances None { get; } = new([], []);
}

/// <summary>Hears of every limit that has had something to say: name, and what came of it.</summary>
/// <param name="limit">What was reached, such as <c>message_size</c>.</param>
/// <param name="action"><c>closed</c>, <c>dropped</c>, <c>delayed</c>, or <c>dry_run</c> where nothing came of it.</param>
internal delegate void LimitReached(string limit, string action);
