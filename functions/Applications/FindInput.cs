using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>Body that asks whose a credential is: in a body, so that no key is ever part of a URL.</summary>
internal sealed record FindInput
{
    public string? Product { get; init; }

    public string? UserKey { get; init; }

    public string? AppId { get; init; }

    public string? ClientId { get; init; }

    public void Check(Errors errors)
    {
        errors.SystemName("/product", Product);
        var given = new[] { UserKey, AppId, ClientId }.Count(value => value is not null);
        if (given == 0)
        {
            errors.Add("/user_key", "required", "One of user_key, app_id and client_id is needed.");
        }
        else if (given > 1)
        {
            errors.Add("", "second_credential", "One of user_key, app_id and client_id is needed, and no other beside it.");
        }
    }

    /// <summary>The hash that the application is found by; null for what can be none's.</summary>
    public KeyHash? Hash(KeyHasher hasher) =>
        UserKey is not null ? Applications.UserKey.IsWellFormed(UserKey) ? hasher.Hash(UserKey) : null
        : AppId is not null ? AppCredential.IsAppId(AppId) ? hasher.HashAppId(AppId) : null
        : AppCredential.IsClientId(ClientId) ? hasher.HashClientId(ClientId) : null;

    // A record would print the key otherwise.
    public override string ToString() => $"{nameof(FindInput)} {{ Product = {Product} }}";
}
