namespace Serverless.Relay.Configuration;

/// <summary>How the relay learns what to serve. Section <c>Relay:Configuration</c>.</summary>
public sealed class ConfigurationOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:Configuration";

    /// <summary>
    /// Pause between polls, give or take a tenth so that relays do not poll in step. Defaults to 15 s: a promotion is
    /// live everywhere within that.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);
}
