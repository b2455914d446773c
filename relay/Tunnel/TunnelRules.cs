using System.Text.Json.Serialization;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// What a product wants of its tunnels, whoever opens them: made of its policy chain when it is promoted, and shared by
/// all of them. Immutable; without policies nothing is limited, and pings keep connections alive.
/// </summary>
internal sealed record TunnelRules
{
    /// <summary>The rules of a product that says nothing.</summary>
    public static TunnelRules Default { get; } = new();

    /// <summary>What clients may send.</summary>
    public DirectionRules FromClient { get; init; } = DirectionRules.None;

    /// <summary>What backends may send.</summary>
    public DirectionRules FromBackend { get; init; } = DirectionRules.None;

    /// <summary>How long a tunnel may be open; null for ever.</summary>
    public AgeRule? Age { get; init; }

    /// <summary>How long nothing may pass; null for ever. The relay's own pings and their answers do not count.</summary>
    public TimeRule? Idle { get; init; }

    /// <summary>How long a peer may leave a write waiting; null for ever: it then holds up the other side, and no more.</summary>
    public TimeRule? SlowPeer { get; init; }

    /// <summary>When peers that say nothing are asked whether they are there; null never.</summary>
    public PingRule? Ping { get; init; } = new(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20));
}

/// <summary>What one side of a tunnel may send.</summary>
internal sealed record DirectionRules
{
    /// <summary>Anything.</summary>
    public static DirectionRules None { get; } = new();

    /// <summary>Payload bytes of a message, all its frames together, as they pass (compressed ones count compressed).</summary>
    public SizeRule? MessageSize { get; init; }

    /// <summary>Messages a second.</summary>
    public RateRule? Messages { get; init; }

    /// <summary>Payload bytes of data frames a second. A data frame without any, and a Ping or Pong, costs its own length.</summary>
    public RateRule? Bytes { get; init; }
}

/// <summary>A longest size.</summary>
/// <param name="Most">Bytes, 1 and up.</param>
/// <param name="DryRun">Counts what is beyond, and lets it pass.</param>
internal sealed record SizeRule(long Most, bool DryRun = false);

/// <summary>A token bucket, full at first.</summary>
/// <param name="PerSecond">Tokens that come in a second, above 0.</param>
/// <param name="Burst">Tokens that it holds at most, 1 and up.</param>
/// <param name="Action">What becomes of what finds it empty.</param>
/// <param name="DryRun">Counts what finds it empty, and lets it pass.</param>
internal sealed record RateRule(double PerSecond, long Burst, RateAction Action, bool DryRun = false);

/// <summary>What becomes of what is sent too fast.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RateAction>))]
internal enum RateAction
{
    /// <summary>It waits, and its sender with it.</summary>
    [JsonStringEnumMemberName("delay")]
    Delay,

    /// <summary>The message is taken and goes nowhere.</summary>
    [JsonStringEnumMemberName("drop")]
    Drop,

    /// <summary>The tunnel ends.</summary>
    [JsonStringEnumMemberName("close")]
    Close,
}

/// <summary>An oldest age.</summary>
/// <param name="Most">Without jitter.</param>
/// <param name="Jitter">Up to so much is added by chance, so that tunnels opened together do not end together.</param>
/// <param name="DryRun">Counts, and lets it live on.</param>
internal sealed record AgeRule(TimeSpan Most, TimeSpan Jitter, bool DryRun = false);

/// <summary>A longest time.</summary>
/// <param name="Most">From the moment at which it began.</param>
/// <param name="DryRun">Counts, and goes on.</param>
internal sealed record TimeRule(TimeSpan Most, bool DryRun = false);

/// <summary>When a peer is asked, and how long it may take.</summary>
/// <param name="Interval">Without a byte from it.</param>
/// <param name="Deadline">From the ping to any byte from it; then the tunnel ends.</param>
internal sealed record PingRule(TimeSpan Interval, TimeSpan Deadline);
