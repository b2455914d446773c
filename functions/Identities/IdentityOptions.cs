using Microsoft.Extensions.Options;

namespace Serverless.Functions.Identities;

/// <summary>
/// Which identities in Microsoft Entra are relays. Section <c>RelayIdentity</c>; all empty, the default, is none, and relays
/// then need access tokens.
/// </summary>
public sealed class IdentityOptions
{
    /// <summary>The tenant that the identities belong to.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>Application id that stands for these functions in the tenant: what a token has to be for (<c>aud</c>).</summary>
    public string Audience { get; set; } = "";

    /// <summary>Object ids of the relays' identities, with commas between them.</summary>
    public string ObjectIds { get; set; } = "";

    /// <summary>
    /// Who signs the tokens, as they spell it (<c>iss</c>). Defaults to the tenant at login.microsoftonline.com, with tokens of
    /// version 2; other clouds have other addresses.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>Whether any identity is let in.</summary>
    internal bool Enabled => TenantId.Length + Audience.Length + ObjectIds.Length + Issuer.Length > 0;

    internal Uri IssuerAddress => new(Issuer.Length > 0 ? Issuer : $"https://login.microsoftonline.com/{TenantId}/v2.0");

    internal IReadOnlyList<string> Relays =>
        ObjectIds.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Refuses settings by which nobody, or anybody, would be let in.</summary>
internal sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    private const int MostRelays = 100;

    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        if (!options.Enabled)
        {
            return ValidateOptionsResult.Skip;
        }

        var errors = new ValidateOptionsResultBuilder();
        if (!Guid.TryParseExact(options.TenantId, "D", out _))
        {
            errors.AddError($"RelayIdentity__TenantId got '{options.TenantId}': it needs the tenant's id, a GUID.");
        }

        if (options.Audience.Length == 0)
        {
            errors.AddError(
                "RelayIdentity__Audience is missing: it needs the application id that stands for the functions in Microsoft Entra.");
        }

        if (options.Relays is not { Count: > 0 and <= MostRelays } relays || !relays.All(relay => Guid.TryParseExact(relay, "D", out _)))
        {
            errors.AddError(
                $"RelayIdentity__ObjectIds got '{options.ObjectIds}': it needs 1 to {MostRelays} object ids of identities, GUIDs with "
                + "commas between them.");
        }

        if (options.Issuer.Length > 0 && !IsTrusted(options.Issuer))
        {
            errors.AddError($"RelayIdentity__Issuer got '{options.Issuer}': it needs an https address.");
        }

        return errors.Build();
    }

    // Whoever is between here and there could sign tokens of his own otherwise; nobody is between here and this machine.
    private static bool IsTrusted(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
