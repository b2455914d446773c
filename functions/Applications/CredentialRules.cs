using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>What credentials have to look like in a body. None is repeated in an error.</summary>
internal static class CredentialRules
{
    public static void UserKey(this Errors errors, string at, string? key)
    {
        if (key is not null && !Applications.UserKey.IsWellFormed(key))
        {
            errors.Add(
                at,
                "invalid_user_key",
                $"It needs {Applications.UserKey.MinLength} to {Applications.UserKey.MaxLength} characters a-z, A-Z, 0-9, "
                + "'.', '_' and '-'; left out, one is made.");
        }
    }

    public static void AppKey(this Errors errors, string at, string? key)
    {
        if (key is not null && !AppCredential.IsAppKey(key))
        {
            errors.Add(at, "invalid_app_key", Printable(AppCredential.MinAppKey) + "; left out, one is made.");
        }
    }

    public static void AppId(this Errors errors, string at, string? appId)
    {
        if (appId is not null && !AppCredential.IsAppId(appId))
        {
            errors.Add(at, "invalid_app_id", Printable(AppCredential.MinAppId) + "; left out, it is the id.");
        }
    }

    public static void ClientId(this Errors errors, string at, string? clientId)
    {
        if (clientId is not null && !AppCredential.IsClientId(clientId))
        {
            errors.Add(at, "invalid_client_id", Printable(1) + "; left out, it is the app_id.");
        }
    }

    public static void RedirectUrl(this Errors errors, string at, string? url)
    {
        if (url is not null && !(url.Length <= Rules.MaxAddress
            && !url.AsSpan().ContainsAnyExceptInRange('\x21', '\x7e')
            && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && url.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase)
            && uri.Fragment.Length == 0))
        {
            errors.Add(
                at,
                "invalid_url",
                $"It needs an absolute URL in ASCII without a fragment, of up to {Rules.MaxAddress} characters.");
        }
    }

    /// <summary>A key of a kind that the product does not take.</summary>
    public static void FitMode(this Errors errors, CredentialMode mode, string? userKey, string? appKey)
    {
        if (userKey is not null && mode != CredentialMode.UserKey)
        {
            errors.Add("/user_key", "not_in_mode", "The product takes no user keys: leave it out.");
        }

        if (appKey is not null && mode != CredentialMode.AppId)
        {
            errors.Add("/app_key", "not_in_mode", "The product takes no app_keys: leave it out.");
        }
    }

    private static string Printable(int atLeast) =>
        $"It needs {atLeast} to {AppCredential.MaxLength} printable ASCII characters without spaces";
}
