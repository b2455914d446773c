namespace Serverless.Relay.Authorization;

/// <summary>A user key as found in a request, and the request without it.</summary>
/// <param name="UserKey">Null when there is none; empty when there is one that no application can have.</param>
/// <param name="Query">The query to forward: without the key, else byte for byte the client's.</param>
/// <param name="Headers">Names of headers that are not forwarded.</param>
internal readonly record struct Credential(string? UserKey, string Query, IReadOnlyList<string> Headers)
{
    /// <summary>Longer texts are no keys, and are not sent to the functions.</summary>
    public const int MaxLength = 1024;

    /// <summary>The key if an application could have it, else empty.</summary>
    public static string Sound(string text) =>
        text.Length <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text : "";
}
