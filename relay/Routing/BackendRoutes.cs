using System.Diagnostics.CodeAnalysis;
using Serverless.Contracts;

namespace Serverless.Relay.Routing;

/// <summary>
/// The backends of a product by the path each is mounted on; the longest that fits is taken. Immutable.
/// </summary>
internal sealed class BackendRoutes(IEnumerable<BackendUsage> usages)
{
    private readonly BackendUsage[] _usages = [.. usages.OrderByDescending(usage => usage.Path.Length)];

    /// <summary>Finds the backend of a path.</summary>
    /// <param name="path">Path after the product.</param>
    /// <param name="usage">The backend.</param>
    /// <param name="forwarded">The path without the part the backend is mounted on, <c>/</c> at least.</param>
    public bool TryFind(string path, [NotNullWhen(true)] out BackendUsage? usage, out string forwarded)
    {
        foreach (var candidate in _usages)
        {
            if (PathPrefix.TryRemove(path, candidate.Path.TrimEnd('/'), out forwarded))
            {
                usage = candidate;
                return true;
            }
        }

        usage = null;
        forwarded = path;
        return false;
    }
}
