namespace Serverless.Relay.Authorization;

/// <summary>How long answers of the functions, and keys of token issuers, are reused. Section <c>Relay:Authorization</c>.</summary>
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

    /// <summary>
    /// How far clocks may differ when a token's beginning and end are looked at. Defaults to 30 s, well above what clocks
    /// that are kept differ by.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For each document of a token issuer. Defaults to 5 s, as a client waits for it.</summary>
    public TimeSpan IssuerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how long an issuer's keys are fetched anew. Defaults to 1 h: a key that the issuer withdraws is accepted that
    /// long, and for a day while the issuer is away.
    /// </summary>
    public TimeSpan IssuerRefresh { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Between two fetches of an issuer's keys, whether the last one failed or tokens name keys that are not known.
    /// Defaults to 10 s, so that junk tokens cost an issuer next to nothing.
    /// </summary>
    public TimeSpan IssuerPause { get; set; } = TimeSpan.FromSeconds(10);
}
