namespace Serverless.Functions.Tests.Hosting;

/// <summary>The system's clock, put ahead as far as a test says.</summary>
internal sealed class SetClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
