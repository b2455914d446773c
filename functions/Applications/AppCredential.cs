using System.Security.Cryptography;

namespace Serverless.Functions.Applications;

/// <summary>The credentials of an application besides user keys: how they look, and how one is made. As in 3scale.</summary>
internal static class AppCredential
{
    public const int MaxLength = 255;
    public const int MinAppId = 4;
    public const int MinAppKey = 5;

    // 128 bits.
    private const int GeneratedLength = 32;

    /// <summary>A new app_key from the system's random numbers.</summary>
    public static string GenerateAppKey() => RandomNumberGenerator.GetHexString(GeneratedLength, lowercase: true);

    /// <summary>Whether it can be an app_id at all. What cannot be one was never stored, so nobody has to look for it.</summary>
    public static bool IsAppId(ReadOnlySpan<char> appId) => IsPrintable(appId, MinAppId);

    /// <summary>The same of an app_key.</summary>
    public static bool IsAppKey(ReadOnlySpan<char> appKey) => IsPrintable(appKey, MinAppKey);

    /// <summary>The same of a client identifier, which a provider has made.</summary>
    public static bool IsClientId(ReadOnlySpan<char> clientId) => IsPrintable(clientId, 1);

    private static bool IsPrintable(ReadOnlySpan<char> text, int atLeast) =>
        text.Length >= atLeast && text.Length <= MaxLength && !text.ContainsAnyExceptInRange('\x21', '\x7e');
}
