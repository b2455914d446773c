using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Relay.Authorization;

/// <summary>The keys that an issuer signs with.</summary>
/// <param name="Issuer">Its name, as its tokens have to spell it.</param>
/// <param name="Keys">Public keys.</param>
internal sealed record SigningKeys(string Issuer, IReadOnlyList<SecurityKey> Keys)
{
    // RFC 7518 §3.3: shorter ones must not be used.
    private const int LeastRsaBits = 2048;

    /// <summary>Those that may have signed a token: of its key id, or all when it names none.</summary>
    public IReadOnlyList<SecurityKey> Of(string? keyId) =>
        string.IsNullOrEmpty(keyId) ? Keys : [.. Keys.Where(key => key.KeyId == keyId)];

    /// <summary>Reads discovery document and key set (OpenID Connect Discovery 1.0 §4).</summary>
    /// <exception cref="InvalidDataException">The document is another issuer's, or names no usable key.</exception>
    public static async Task<SigningKeys> FetchAsync(Uri issuer, IDocumentRetriever documents, CancellationToken cancel)
    {
        var address = $"{WithoutSlash(issuer.OriginalString)}/.well-known/openid-configuration";
        var discovered = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, cancel);
        if (WithoutSlash(discovered.Issuer ?? "") != WithoutSlash(issuer.OriginalString))
        {
            throw new InvalidDataException($"{address} is about another issuer.");
        }

        var keys = discovered.SigningKeys.Where(IsUsable).ToList();
        return keys.Count > 0
            ? new SigningKeys(discovered.Issuer!, keys)
            : throw new InvalidDataException($"{discovered.JwksUri} has no key that could sign tokens.");
    }

    /// <summary>Issuers are spelt with and without a slash at the end; only tokens have to repeat it exactly.</summary>
    public static string WithoutSlash(string issuer) => issuer.TrimEnd('/');

    private static bool IsUsable(SecurityKey key) => key switch
    {
        RsaSecurityKey or ECDsaSecurityKey or X509SecurityKey => key is not RsaSecurityKey || key.KeySize >= LeastRsaBits,
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } => key.KeySize >= LeastRsaBits,
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve } => true,
        _ => false,
    };
}
