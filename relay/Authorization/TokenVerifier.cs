using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Decides whether a token is one of a product's issuer, for the product, and valid now (RFC 7519, RFC 8725). Every
/// request is decided anew: nothing of a token outlives it.
/// </summary>
internal sealed class TokenVerifier(
    OidcSettings settings, IssuerKeys issuer, IOptions<AuthorizationOptions> options, TimeProvider time)
{
    /// <summary>Longer texts are no tokens. Half of what all headers of a request may have together.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    // None and those with a shared secret are not among them: RFC 8725 §2.1, §3.1.
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Verifies a token; what needs no key first.</summary>
    public async ValueTask<TokenVerdict> VerifyAsync(string text, CancellationToken cancel)
    {
        if (text.Length > MaxLength)
        {
            return Refuse($"The token is longer than {MaxLength} characters.");
        }

        if (Read(text, out var complaint) is not { } token)
        {
            return Refuse(complaint);
        }

        if (await issuer.GetAsync(cancel) is not { } keys)
        {
            return new TokenVerdict.Refused(new Refusal(
                RefusalReason.TokenIssuerUnavailable, "The token cannot be verified at the moment.", options.Value.IssuerPause));
        }

        if (token.Issuer != keys.Issuer)
        {
            return Refuse("The token is of another issuer.");
        }

        if (!await IsSignedAsync(token, keys))
        {
            // The issuer may have begun to sign with another key. One whose id is known has not: then it is a forgery.
            if (keys.Of(token.Kid) is { Count: > 0 } && !string.IsNullOrEmpty(token.Kid))
            {
                return Refuse("The token's signature is not its issuer's.");
            }

            var newer = await issuer.AfterAsync(keys, cancel);
            if (newer == keys || !await IsSignedAsync(token, newer))
            {
                return Refuse("The token is signed with a key that its issuer does not publish.");
            }
        }

        return Client(token);
    }

    private JsonWebToken? Read(string text, out string? complaint)
    {
        try
        {
            var token = new JsonWebToken(text);
            complaint = Complaint(token);
            return complaint is null ? token : null;
        }
        catch (Exception)
        {
            // The library's way to say that it is none, or that a claim is not what it should be, in exceptions of any
            // kind; their words may quote the token.
            complaint = "The token is not a signed JWT.";
            return null;
        }
    }

    private string? Complaint(JsonWebToken token)
    {
        if (token.IsEncrypted)
        {
            return "The token is encrypted, which is not accepted.";
        }

        if (!Algorithms.Contains(token.Alg, StringComparer.Ordinal))
        {
            return $"The token's algorithm is not accepted; {string.Join(", ", Algorithms)} are.";
        }

        // RFC 7515 §4.1.11: extensions that are not understood must not be passed over.
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            return "The token has critical extensions, which are not accepted.";
        }

        if (SigningKeys.WithoutSlash(token.Issuer) != SigningKeys.WithoutSlash(settings.Issuer.OriginalString))
        {
            return "The token is of another issuer.";
        }

        if (settings.Audience is { } audience && !token.Audiences.Contains(audience, StringComparer.Ordinal))
        {
            return "The token is for another audience.";
        }

        var (now, skew) = (time.GetUtcNow().UtcDateTime, options.Value.ClockSkew);
        return token.ValidTo == DateTime.MinValue ? "The token does not say when it ends (exp)."
            : now - skew >= token.ValidTo ? "The token has expired."
            : now + skew < token.ValidFrom ? "The token is not valid yet."
            : null;
    }

    private static async ValueTask<bool> IsSignedAsync(JsonWebToken token, SigningKeys keys)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Of(keyId),
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,

            // These are looked at above, in words for the client and by the relay's own clock.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid;
    }

    private TokenVerdict Client(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var client = TokenClaim.Find(payload.RootElement, settings.ClientIdClaim);
        return string.IsNullOrEmpty(client)
            ? Refuse($"The token names no client in its claim '{settings.ClientIdClaim}'.")
            : Credential.IsSound(client)
                ? new TokenVerdict.Verified(client, new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + options.Value.ClockSkew)
                : new TokenVerdict.Refused(new Refusal(
                    RefusalReason.ApplicationNotFound, "No application of the product has the identifier that the token names."));
    }

    private static TokenVerdict.Refused Refuse(string? why) => new(new Refusal(RefusalReason.TokenInvalid, why));
}
