using Microsoft.Extensions.Options;

namespace Serverless.Functions.AccessTokens;

/// <summary>The token that makes the other ones.</summary>
public sealed class AccessTokenOptions
{
    /// <summary>Setting <c>AdminToken</c>: allows everything. Required, 32 characters and up, no default.</summary>
    public string AdminToken { get; set; } = "";
}

/// <summary>Refuses to start without an admin token that is long enough. Says its length, never the token.</summary>
internal sealed class AccessTokenOptionsValidator : IValidateOptions<AccessTokenOptions>
{
    private const int MinLength = 32;

    // Where the platform cannot follow a reference it gives the process the reference, which many may read.
    private const string Reference = "@Microsoft.KeyVault(";

    public ValidateOptionsResult Validate(string? name, AccessTokenOptions options) => options.AdminToken switch
    {
        "" => ValidateOptionsResult.Fail(
            $"AdminToken is missing: it needs {MinLength} random characters or more, for example of `openssl rand -hex 32`."),
        { Length: < MinLength } => ValidateOptionsResult.Fail(
            $"AdminToken got {options.AdminToken.Length} characters: it needs {MinLength} or more."),
        var token when token.StartsWith(Reference, StringComparison.OrdinalIgnoreCase) => ValidateOptionsResult.Fail(
            "AdminToken is a reference to Key Vault that was not followed: it needs a secret there, and an identity that may read it."),
        var token when !token.All(c => c is > ' ' and < '\u007f') => ValidateOptionsResult.Fail(
            "AdminToken got characters that no Authorization header can carry: it needs printable ASCII without spaces."),
        _ => ValidateOptionsResult.Success,
    };
}
