using Microsoft.Extensions.Primitives;
using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>Takes the user key out of a request, where the product says that it is.</summary>
internal static class CredentialReader
{
    /// <summary>Reads and removes the key.</summary>
    /// <param name="settings">Where to look; nowhere else is looked.</param>
    /// <param name="query">Raw query: empty, or starts with <c>?</c>.</param>
    /// <param name="headers">The client's headers.</param>
    public static Credential Read(CredentialSettings settings, string query, IHeaderDictionary headers) =>
        settings.Location switch
        {
            CredentialLocation.Query => QueryCredential.Read(settings.UserKeyName, query),
            CredentialLocation.Headers => ReadHeaders(settings.UserKeyName, query, headers),
            CredentialLocation.Authorization => new Credential(
                AuthorizationHeader.ReadUserKey(Last(headers.Authorization)), query, ["Authorization"]),
            var other => throw new InvalidOperationException($"No credentials are in {other}."),
        };

    private static Credential ReadHeaders(string name, string query, IHeaderDictionary headers)
    {
        string? key = null;
        List<string> names = [];
        foreach (var (header, values) in headers)
        {
            if (IsSame(header, name))
            {
                names.Add(header);
                key = Last(values) is { Length: > 0 } value ? Credential.Sound(value) : key;
            }
        }

        return new Credential(key, query, names);
    }

    // A backend may take '-' and '_' for the same, as CGI does, so every spelling is the credential.
    private static bool IsSame(string header, string name) =>
        header.Length == name.Length
        && header.Replace('_', '-').Equals(name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase);

    private static string Last(StringValues values) => values.Count == 0 ? "" : values[^1] ?? "";
}
