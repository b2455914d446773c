namespace Serverless.Relay.Authorization;

/// <summary>What a request proves itself with.</summary>
internal abstract record Credential
{
    /// <summary>Longer texts are no keys, and are not sent to the functions.</summary>
    public const int MaxLength = 1024;

    private Credential()
    {
    }

    /// <summary>With nothing, or not with all that is needed.</summary>
    internal sealed record Missing : Credential;

    /// <summary>With what cannot be told apart, or is no credential of the product.</summary>
    /// <param name="Why">One sentence for the client, without the credential.</param>
    internal sealed record Malformed(string Why) : Credential;

    /// <summary>With a user key.</summary>
    internal sealed record UserKey(string Text) : Credential;

    /// <summary>With an application's identifier and key.</summary>
    internal sealed record Application(string Id, string Key) : Credential;

    /// <summary>With a token.</summary>
    internal sealed record Token(string Text) : Credential;

    /// <summary>With a ticket.</summary>
    internal sealed record Ticket(string Text) : Credential;

    /// <summary>Whether an application could have this text as its key or identifier.</summary>
    public static bool IsSound(string text) =>
        text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}

/// <summary>A credential as found in a request, and the request without it.</summary>
/// <param name="Credential">What was found.</param>
/// <param name="Query">The query to forward: without the credential, else byte for byte the client's.</param>
/// <param name="Headers">Names of headers that are not forwarded.</param>
internal sealed record FoundCredential(Credential Credential, string Query, IReadOnlyList<string> Headers)
{
    /// <summary>The subprotocols that the client offers, where credentials may be among them.</summary>
    public GatewayOffer Offer { get; init; } = GatewayOffer.None;
}
