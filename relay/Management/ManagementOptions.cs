namespace Serverless.Relay.Management;

/// <summary>Where the functions are and how the relay shows who it is. Section <c>Relay:Management</c>.</summary>
public sealed class ManagementOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:Management";

    /// <summary>Base address of the functions, http or https. Required.</summary>
    public Uri? Api { get; set; }

    /// <summary>
    /// Access token with the scope <c>relay</c>. One of this, <see cref="TokenFile"/> and <see cref="TokenScope"/>.
    /// </summary>
    public string? Token { get; set; }

    /// <summary>
    /// File that holds the token, read again when it changes and when the functions refuse the token.
    /// </summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// What a token is asked for in the name of the identity that the process runs under, instead of a token that somebody
    /// keeps: <c>{application id}/.default</c> of the functions in Microsoft Entra, which have to know the identity
    /// (<c>RelayIdentity</c>).
    /// </summary>
    public string? TokenScope { get; set; }

    /// <summary>
    /// How long one call may take. Defaults to 5 s: longer than a cold start's storage calls, short for a waiting
    /// client.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
