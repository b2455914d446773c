namespace Serverless.Relay.Authorization;

/// <summary>How long answers of the functions are reused. Section <c>Relay:Authorization</c>.</summary>
public sealed class AuthorizationOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:Authorization";

    /// <summary>
    /// Longest life of an answer, whatever the functions allow. Defaults to 60 s: how long a deleted key may at worst
    /// go on opening connections at this relay. 0 asks for every request.
    /// </summary>
    public TimeSpan MaxCache { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Answers kept; the oldest goes first. Defaults to 100,000, some 30 MB.</summary>
    public int MaxEntries { get; set; } = 100_000;
}
