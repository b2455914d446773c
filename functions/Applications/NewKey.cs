using Serverless.Contracts;

namespace Serverless.Functions.Applications;

/// <summary>A key that an application is about to get, brought along or made: of the kind that its product takes.</summary>
internal sealed record NewKey(KeyKind Kind, string Text)
{
    public string? UserKey => Kind == KeyKind.UserKey ? Text : null;

    public string? AppKey => Kind == KeyKind.AppKey ? Text : null;

    /// <summary>The key, or null where tokens are all that is taken.</summary>
    public static NewKey? For(CredentialMode mode, string? userKey, string? appKey) => mode switch
    {
        CredentialMode.UserKey => new(KeyKind.UserKey, userKey ?? Applications.UserKey.Generate()),
        CredentialMode.AppId => new(KeyKind.AppKey, appKey ?? AppCredential.GenerateAppKey()),
        _ => null,
    };

    // A record would print the key otherwise.
    public override string ToString() => $"{nameof(NewKey)} {{ Kind = {Kind} }}";
}
