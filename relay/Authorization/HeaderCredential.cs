namespace Serverless.Relay.Authorization;

/// <summary>
/// Credentials in headers of given names. A backend may take <c>-</c> and <c>_</c> for the same, as CGI does, so every
/// spelling is the credential; the last one that is not empty counts.
/// </summary>
internal static class HeaderCredential
{
    /// <summary>Reads the headers.</summary>
    /// <param name="names">What to look for.</param>
    /// <param name="headers">The client's headers.</param>
    /// <param name="spellings">Names of the headers found, as the client spelt them.</param>
    /// <returns>What was found, in the order of the names; null for what was not.</returns>
    public static string?[] Read(string[] names, IHeaderDictionary headers, out IReadOnlyList<string> spellings)
    {
        var found = new string?[names.Length];
        List<string> those = [];
        foreach (var (header, values) in headers)
        {
            if (Array.FindIndex(names, name => IsSame(header, name)) is >= 0 and var index)
            {
                those.Add(header);
                found[index] = values is [.., { Length: > 0 } value] ? value : found[index];
            }
        }

        spellings = those;
        return found;
    }

    private static bool IsSame(string header, string name) =>
        header.Length == name.Length
        && header.Replace('_', '-').Equals(name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase);
}
