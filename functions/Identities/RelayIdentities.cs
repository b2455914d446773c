using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Functions.Identities;

/// <summary>What a token of Microsoft Entra says of a caller.</summary>
internal abstract record IdentityVerdict
{
    private IdentityVerdict()
    {
    }

    /// <summary>It is the identity of a relay.</summary>
    /// <param name="ObjectId">Its object id.</param>
    internal sealed record Relay(string ObjectId) : IdentityVerdict;

    /// <summary>It is nobody who is known here.</summary>
    internal sealed record Stranger : IdentityVerdict;

    /// <summary>Nobody can say, because the tenant's keys are not to be had.</summary>
    internal sealed record Unavailable : IdentityVerdict;
}

/// <summary>
/// Knows relays by the identity that Azure gives them: a token that their tenant signed for these functions and that is valid
/// now (RFC 7519, RFC 8725). Every request is judged anew.
/// </summary>
internal sealed class RelayIdentities(IOptions<IdentityOptions> options, IdentityKeys keys, TimeProvider clock)
{
    private const int MaxLength = 16 * 1024;

    // How far the clocks of tenant and functions may differ.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    private readonly string _issuer = options.Value.Enabled ? options.Value.IssuerAddress.OriginalString : "";

    /// <summary>Whether a bearer token is one to be judged here: it has the parts of a signed JWT.</summary>
    public bool Concerns(string token) => options.Value.Enabled && token.AsSpan().Count('.') == 2;

    /// <summary>Judges a token; by what needs no key first.</summary>
    public async ValueTask<IdentityVerdict> JudgeAsync(string text, CancellationToken cancel)
    {
        if (Read(text) is not { } token || token.Issuer != _issuer || string.IsNullOrEmpty(token.Kid))
        {
            return new IdentityVerdict.Stranger();
        }

        if (await keys.FindAsync(token.Kid, cancel) is not { } signers)
        {
            return new IdentityVerdict.Unavailable();
        }

        return await IsSoundAsync(token, signers)
            && Claim(token, "tid") == options.Value.TenantId
            && Claim(token, "oid") is { } relay
            && options.Value.Relays.Contains(relay, StringComparer.OrdinalIgnoreCase)
                ? new IdentityVerdict.Relay(relay)
                : new IdentityVerdict.Stranger();
    }

    private static JsonWebToken? Read(string text)
    {
        try
        {
            return text.Length <= MaxLength ? new JsonWebToken(text) : null;
        }
        catch (Exception)
        {
            // The library's way to say that it is none, in exceptions of any kind; their words may quote the token.
            return null;
        }
    }

    private async ValueTask<bool> IsSoundAsync(JsonWebToken token, IReadOnlyList<SecurityKey> signers)
    {
        // RFC 7515 §4.1.11: extensions that are not understood must not be passed over.
        if (signers.Count == 0 || token.TryGetHeaderValue<object>("crit", out _))
        {
            return false;
        }

        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = signers,
            // The only one that Entra signs with: RFC 8725 §3.1.
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireSignedTokens = true,
            ValidIssuer = _issuer,
            ValidAudience = options.Value.Audience,
            RequireExpirationTime = true,
            LifetimeValidator = IsValidNow,
        });
        return result.IsValid;
    }

    // By the clock of the functions, not the machine's.
    private bool IsValidNow(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until is { } end && now - Skew < end && !(from > now + Skew);
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}
