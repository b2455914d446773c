using System.Text.Json;

namespace Serverless.Relay.Authorization;

/// <summary>Finds a text in a token's payload.</summary>
internal static class TokenClaim
{
    /// <summary>
    /// The text at a path of member names joined by dots; a name may have dots itself, as those that are URLs, so at every
    /// level the longest name that leads anywhere is taken. Null when there is none.
    /// </summary>
    public static string? Find(JsonElement at, string path)
    {
        if (at.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (at.TryGetProperty(path, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        for (var dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1))
        {
            if (at.TryGetProperty(path[..dot], out var inner) && Find(inner, path[(dot + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
