using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>Takes the credential out of a request, where the product says that it is.</summary>
internal static class CredentialReader
{
    /// <summary>Name of the query parameter or header that holds a token, as in 3scale.</summary>
    public const string TokenName = "access_token";

    /// <summary>Reads and removes the credential.</summary>
    /// <param name="settings">Where to look; nowhere else is looked.</param>
    /// <param name="query">Raw query: empty, or starts with <c>?</c>.</param>
    /// <param name="headers">The client's headers.</param>
    public static FoundCredential Read(CredentialSettings settings, string query, IHeaderDictionary headers)
    {
        var found = ReadTicket(ReadLocation(settings, query, headers));
        if (!settings.Subprotocol)
        {
            return found;
        }

        var offered = SubprotocolCredential.Read(settings.Mode, headers.SecWebSocketProtocol, out var offer);
        return found with
        {
            Credential = One(found.Credential, offered),
            Headers = offer.IsChanged ? [.. found.Headers, SubprotocolCredential.HeaderName] : found.Headers,
            Offer = offer,
        };
    }

    // Wherever the product looks for keys: a page has few places to choose from.
    private static FoundCredential ReadTicket(FoundCredential found) =>
        QueryCredential.Read([TicketFormat.QueryName], found.Query, out var rest, TicketFormat.Prefix) is [{ } ticket]
            ? found with { Credential = One(found.Credential, new Credential.Ticket(ticket)), Query = rest }
            : found;

    // Of two that differ, one is not meant; which one, nobody should have to guess.
    private static Credential One(Credential first, Credential second) => (first, second) switch
    {
        (Credential.Malformed, _) or (_, Credential.Missing) => first,
        (Credential.Missing, _) or (_, Credential.Malformed) => second,
        _ when first == second => first,
        _ => SubprotocolCredential.Two,
    };

    private static FoundCredential ReadLocation(CredentialSettings settings, string query, IHeaderDictionary headers) =>
        settings.Mode switch
        {
            CredentialMode.UserKey => Read(settings, query, headers, [settings.UserKeyName], AuthorizationHeader.Single, OfUserKey),
            CredentialMode.AppId => Read(
                settings, query, headers, [settings.AppIdName, settings.AppKeyName], AuthorizationHeader.Pair, OfApplication),
            CredentialMode.Oidc => ReadToken(settings, query, headers),
            var other => throw new InvalidOperationException($"There is no credential {other}."),
        };

    private static FoundCredential Read(
        CredentialSettings settings,
        string query,
        IHeaderDictionary headers,
        string[] names,
        Func<string, string?[]> ofAuthorization,
        Func<string?[], Credential> credential)
    {
        switch (settings.Location)
        {
            case CredentialLocation.Query:
                var inQuery = QueryCredential.Read(names, query, out var rest);
                return new FoundCredential(credential(inQuery), rest, []);
            case CredentialLocation.Headers:
                var inHeaders = HeaderCredential.Read(names, headers, out var spellings);
                return new FoundCredential(credential(inHeaders), query, spellings);
            case CredentialLocation.Authorization:
                var header = headers.Authorization is [.., { } last] ? last : "";
                return new FoundCredential(credential(ofAuthorization(header)), query, [AuthorizationHeader.Name]);
            case var other:
                throw new InvalidOperationException($"No credentials are in {other}.");
        }
    }

    // A Bearer token is taken out wherever the product looks, used or not: a backend has no use for it.
    private static FoundCredential ReadToken(CredentialSettings settings, string query, IHeaderDictionary headers)
    {
        var found = Read(settings, query, headers, [TokenName], AuthorizationHeader.Bearer, OfToken);
        if (settings.Location == CredentialLocation.Authorization
            || headers.Authorization.LastOrDefault(line => AuthorizationHeader.Bearer(line ?? "")[0] is not null) is not { } bearer)
        {
            return found;
        }

        return found with
        {
            Credential = found.Credential is Credential.Missing ? OfToken(AuthorizationHeader.Bearer(bearer)) : found.Credential,
            Headers = [.. found.Headers, AuthorizationHeader.Name],
        };
    }

    private static Credential OfUserKey(string?[] found) =>
        found is [{ Length: > 0 } key] ? new Credential.UserKey(key) : new Credential.Missing();

    private static Credential OfApplication(string?[] found) =>
        found is [{ Length: > 0 } id, { Length: > 0 } key] ? new Credential.Application(id, key) : new Credential.Missing();

    private static Credential OfToken(string?[] found) =>
        found is [{ Length: > 0 } token] ? new Credential.Token(token) : new Credential.Missing();
}
