using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>Tells a client that sent no credentials what to send where.</summary>
internal static class CredentialHint
{
    /// <summary>One sentence, or two where pages may send it otherwise.</summary>
    public static string Of(CredentialSettings settings) => settings.Subprotocol
        ? $"{OfLocation(settings)} A page may offer it as subprotocol: {SubprotocolCredential.Forms(settings.Mode)}."
        : OfLocation(settings);

    private static string OfLocation(CredentialSettings settings) => settings.Mode switch
    {
        CredentialMode.AppId => settings.Location switch
        {
            CredentialLocation.Query =>
                $"Send the application's identifier and key in the query parameters '{settings.AppIdName}' and '{settings.AppKeyName}'.",
            CredentialLocation.Headers =>
                $"Send the application's identifier and key in the headers '{settings.AppIdName}' and '{settings.AppKeyName}'.",
            _ => "Send the application's identifier and key in the header Authorization, as user and password of Basic.",
        },
        CredentialMode.Oidc => settings.Location switch
        {
            CredentialLocation.Query =>
                $"Send a token in the query parameter '{CredentialReader.TokenName}', or as Bearer in the header Authorization.",
            CredentialLocation.Headers =>
                $"Send a token in the header '{CredentialReader.TokenName}', or as Bearer in the header Authorization.",
            _ => "Send a token as Bearer in the header Authorization.",
        },
        _ => settings.Location switch
        {
            CredentialLocation.Query => $"Send the key in the query parameter '{settings.UserKeyName}'.",
            CredentialLocation.Headers => $"Send the key in the header '{settings.UserKeyName}'.",
            _ => "Send the key in the header Authorization: as the user of Basic, or as a Bearer token.",
        },
    };
}
