using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>Who a request says it comes from.</summary>
internal abstract record Identity
{
    private Identity()
    {
    }

    /// <summary>Somebody the functions can be asked about.</summary>
    /// <param name="Question">The question, as yet without usage and referrer.</param>
    /// <param name="Expires">When that ends by itself, as a token does; null never.</param>
    internal sealed record Claimed(AuthorizationRequest Question, DateTimeOffset? Expires = null) : Identity;

    /// <summary>Nobody, whatever the functions would say.</summary>
    internal sealed record Refused(Refusal Refusal) : Identity;

    /// <summary>Finds out; a token is verified on the way.</summary>
    /// <param name="product">System name of the product.</param>
    /// <param name="settings">The product's.</param>
    /// <param name="credential">What the request proves itself with.</param>
    /// <param name="tokens">Verifies the product's tokens; null where it takes none.</param>
    /// <param name="cancel">Of the request.</param>
    public static async ValueTask<Identity> OfAsync(
        string product, CredentialSettings settings, Credential credential, TokenVerifier? tokens, CancellationToken cancel)
    {
        switch (credential)
        {
            case Credential.Missing:
                return Refuse(RefusalReason.CredentialsMissing, CredentialHint.Of(settings));
            case Credential.Malformed(var why):
                return Refuse(RefusalReason.CredentialsMalformed, why);
            case Credential.UserKey(var key):
                return Credential.IsSound(key)
                    ? new Claimed(new AuthorizationRequest { Product = product, UserKey = key })
                    : Refuse(RefusalReason.UserKeyInvalid, "No application has this key.");
            case Credential.Application(var id, _) when !Credential.IsSound(id):
                return Refuse(RefusalReason.ApplicationNotFound, "No application of the product has this identifier.");
            case Credential.Application(var id, var key):
                return Credential.IsSound(key)
                    ? new Claimed(new AuthorizationRequest { Product = product, AppId = id, AppKey = key })
                    : Refuse(RefusalReason.ApplicationKeyInvalid, "The application does not have this key.");
            case Credential.Ticket(var ticket):
                return Credential.IsSound(ticket)
                    ? new Claimed(new AuthorizationRequest { Product = product, Ticket = ticket })
                    : Refuse(RefusalReason.TicketInvalid, "There is no such ticket.");
            case Credential.Token(var token) when tokens is not null:
                return await tokens.VerifyAsync(token, cancel) switch
                {
                    TokenVerdict.Verified(var client, var expires) =>
                        new Claimed(new AuthorizationRequest { Product = product, ClientId = client }, expires),
                    TokenVerdict.Refused(var refusal) => new Refused(refusal),
                    var other => throw new InvalidOperationException($"A token cannot be {other.GetType().Name}."),
                };
            case var other:
                throw new InvalidOperationException($"{other.GetType().Name} is no credential of a product in mode {settings.Mode}.");
        }
    }

    private static Refused Refuse(RefusalReason reason, string detail) => new(new Refusal(reason, detail));
}
