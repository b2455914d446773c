namespace Serverless.Functions.Tests.Hosting;

/// <summary>The system's clock, put ahead as far as a test says.</summary>
internal sealed class SetClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    /// <summary>When given, it stands still there.</summary>
    public DateTimeOffset? Still { get; init; }

    public override DateTimeOffset GetUtcNow() => (Still ?? System.GetUtcNow()) + Ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}
