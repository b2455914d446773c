using System.Text.Json.Serialization;

namespace Serverless.Functions.Applications;

/// <summary>What a row for a credential stands for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyKind>))]
internal enum KeyKind
{
    /// <summary>A user key, by itself enough.</summary>
    [JsonStringEnumMemberName("user_key")]
    UserKey,

    /// <summary>An app_key together with the app_id of its application.</summary>
    [JsonStringEnumMemberName("app_key")]
    AppKey,

    /// <summary>An app_id alone: lets nobody in, but names the application.</summary>
    [JsonStringEnumMemberName("app_id")]
    AppId,

    /// <summary>What a token that the relay has verified names the application by.</summary>
    [JsonStringEnumMemberName("client_id")]
    ClientId,
}

/// <summary>Which credentials are secrets.</summary>
internal static class KeyKinds
{
    /// <summary>Secrets are handed out, listed and withdrawn; the others are the application's for its life.</summary>
    public static bool IsSecret(this KeyKind kind) => kind is KeyKind.UserKey or KeyKind.AppKey;
}
