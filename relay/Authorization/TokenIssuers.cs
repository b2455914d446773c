using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>
/// The issuers whose tokens the live configuration accepts; each issuer's keys are known once, however many products
/// accept its tokens.
/// </summary>
internal sealed class TokenIssuers(
    IssuerDocuments documents, IOptions<AuthorizationOptions> options, TimeProvider time, ILogger<TokenIssuers> log)
{
    private readonly ConcurrentDictionary<string, IssuerKeys> _issuers = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _issuers.Count;

    /// <summary>Makes what verifies a product's tokens; null when it takes none, or when that cannot be done.</summary>
    /// <param name="settings">The product's.</param>
    /// <param name="errors">Hears in a sentence why it cannot be done.</param>
    public TokenVerifier? Build(CredentialSettings settings, ICollection<string> errors)
    {
        if (settings.Mode != CredentialMode.Oidc)
        {
            return null;
        }

        if (settings.Oidc is not { } oidc)
        {
            errors.Add("The credentials are tokens, and no issuer is named.");
            return null;
        }

        if (!IssuerDocuments.IsTrusted(oidc.Issuer))
        {
            errors.Add($"The issuer '{oidc.Issuer.OriginalString}' is no https address.");
            return null;
        }

        var keys = _issuers.GetOrAdd(
            oidc.Issuer.OriginalString, _ => new IssuerKeys(oidc.Issuer, documents, options, time, log));
        return new TokenVerifier(oidc, keys, options, time);
    }

    /// <summary>Forgets every issuer that is not among these; requests under way still have theirs.</summary>
    public void Keep(IEnumerable<OidcSettings> live)
    {
        foreach (var gone in _issuers.Keys.Except(live.Select(settings => settings.Issuer.OriginalString)))
        {
            _issuers.TryRemove(gone, out _);
        }
    }
}
