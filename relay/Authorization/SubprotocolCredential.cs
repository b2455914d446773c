using Microsoft.Extensions.Primitives;
using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Credentials among the entries of Sec-WebSocket-Protocol, the one header that a page chooses in a handshake. Entries that
/// begin with <c>gateway.</c> are the gateway's in any letter case, and none of them goes on.
/// </summary>
internal static class SubprotocolCredential
{
    /// <summary>Name of the header.</summary>
    public const string HeaderName = "Sec-WebSocket-Protocol";

    /// <summary>What is wrong with two credentials that differ.</summary>
    public static readonly Credential Two = new Credential.Malformed("There are two credentials, and they differ: send one of them.");

    private const string Prefix = GatewayOffer.Entry + ".";
    private const string UserKey = "user_key";
    private const string AppId = "app_id";
    private const string AppKey = "app_key";
    private const string Token = "token";
    private const string Ticket = "ticket";

    /// <summary>Reads the credential.</summary>
    /// <param name="mode">What clients of the product prove themselves with.</param>
    /// <param name="lines">The header as it came.</param>
    /// <param name="offer">What the client offers besides.</param>
    public static Credential Read(CredentialMode mode, StringValues lines, out GatewayOffer offer)
    {
        var entries = Entries(lines);
        var own = entries.Where(IsCredential).ToList();
        offer = new GatewayOffer(
            [.. entries.Where(entry => !IsCredential(entry) && entry != GatewayOffer.Entry)],
            entries.Contains(GatewayOffer.Entry, StringComparer.Ordinal),
            own.Count > 0);
        return own.Count == 0 ? new Credential.Missing() : Read(mode, own);
    }

    /// <summary>
    /// A subprotocol that may be named to a client whose handshake is accepted only to be closed; null when there is none but
    /// credentials, which no answer repeats.
    /// </summary>
    public static string? Harmless(StringValues lines)
    {
        var entries = Entries(lines)
            .Where(entry => !IsCredential(entry) && !entry.AsSpan().ContainsAnyExceptInRange('!', '~'))
            .ToList();
        return entries.Contains(GatewayOffer.Entry, StringComparer.Ordinal) ? GatewayOffer.Entry : entries.FirstOrDefault();
    }

    /// <summary>Whether a subprotocol is a credential.</summary>
    public static bool IsCredential(string entry) => entry.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    // Every line of the header, blanks and empty elements left out (RFC 9110 §5.6.1).
    private static List<string> Entries(StringValues lines) =>
    [
        .. lines.SelectMany(line =>
            (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    ];

    private static Credential Read(CredentialMode mode, List<string> entries)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var dot = entry.IndexOf('.', Prefix.Length);
            if (dot < 0 || dot + 1 == entry.Length || !Kinds(mode).Contains(entry[Prefix.Length..dot]))
            {
                return new Credential.Malformed(
                    $"Of subprotocols that begin with '{Prefix}', the product takes {Forms(mode)}.");
            }

            // Percent-encoded where a key has characters that are not of a subprotocol.
            if (!found.TryAdd(entry[Prefix.Length..dot], Uri.UnescapeDataString(entry[(dot + 1)..])))
            {
                return new Credential.Malformed($"Two subprotocols begin with '{entry[..dot]}.': send one.");
            }
        }

        if (found.Remove(Ticket, out var ticket))
        {
            return found.Count == 0 ? new Credential.Ticket(ticket) : Two;
        }

        return found.TryGetValue(UserKey, out var userKey) ? new Credential.UserKey(userKey)
            : found.TryGetValue(Token, out var token) ? new Credential.Token(token)
            : found.TryGetValue(AppId, out var id) && found.TryGetValue(AppKey, out var key) ? new Credential.Application(id, key)
            : new Credential.Missing();
    }

    /// <summary>What a client may send, for people.</summary>
    public static string Forms(CredentialMode mode) => mode switch
    {
        CredentialMode.UserKey => $"'{Prefix}{UserKey}.…' or '{Prefix}{Ticket}.…'",
        CredentialMode.AppId => $"'{Prefix}{AppId}.…' with '{Prefix}{AppKey}.…', or '{Prefix}{Ticket}.…'",
        _ => $"'{Prefix}{Token}.…' or '{Prefix}{Ticket}.…'",
    };

    private static string[] Kinds(CredentialMode mode) => mode switch
    {
        CredentialMode.UserKey => [UserKey, Ticket],
        CredentialMode.AppId => [AppId, AppKey, Ticket],
        _ => [Token, Ticket],
    };
}
