namespace Serverless.Relay.Routing;

/// <summary>Prefixes of whole segments: <c>/echo</c> is one of <c>/echo/x</c> and not of <c>/echoes</c>.</summary>
internal static class PathPrefix
{
    /// <summary>Takes a prefix off a path. What is left is <c>/</c> at least.</summary>
    /// <param name="path">Starts with <c>/</c>.</param>
    /// <param name="prefix">Empty, or starts with <c>/</c> and does not end with one.</param>
    /// <param name="rest">What is left.</param>
    public static bool TryRemove(string path, string prefix, out string rest)
    {
        rest = path;
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || (path.Length > prefix.Length && path[prefix.Length] != '/'))
        {
            return false;
        }

        rest = path.Length == prefix.Length ? "/" : path[prefix.Length..];
        return true;
    }
}
