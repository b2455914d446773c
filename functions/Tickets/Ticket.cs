using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Serverless.Contracts;
using Serverless.Functions.Applications;

namespace Serverless.Functions.Tickets;

/// <summary>
/// What stands in a page for a key that no page may know: good once, for a short time, one path, and perhaps one origin.
/// Kept is whose key it stands for, by the key's hash; neither key nor ticket.
/// </summary>
internal sealed record Ticket
{
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    private static readonly SearchValues<char> Base64UrlDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public required string Product { get; init; }

    /// <summary>The key that it was bought with: what that may, the ticket may.</summary>
    public required KeyHash Key { get; init; }

    /// <summary>Tells the key from the same text given to somebody else later.</summary>
    public required string KeyGeneration { get; init; }

    /// <summary>The path after the product, as it stands in the URL.</summary>
    public required string Path { get; init; }

    /// <summary>Origin of the page that may use it, as browsers spell it; null for any page, and for no page too.</summary>
    public string? Origin { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>A new one from the system's random numbers; 256 bits of them.</summary>
    public static string Generate() =>
        TicketFormat.Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether it can be a ticket at all. What cannot be one was never stored, so nobody has to look for it.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == TicketFormat.Prefix.Length + SecretLength
        && text.StartsWith(TicketFormat.Prefix, StringComparison.Ordinal)
        && !text.AsSpan(TicketFormat.Prefix.Length).ContainsAnyExcept(Base64UrlDigits);

    /// <summary>Whether a handshake for this product and path, from a page of this origin, may use it now.</summary>
    public bool Admits(string product, string? path, string? origin, DateTimeOffset now) =>
        now < ExpiresAt
        && Product == product
        && Path == path
        && (Origin is null || (origin is not null && PageOrigin.Of(origin) == Origin));
}
