using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Relay.SignalR;

/// <summary>
/// Whether a token is for a request. Callers write the same address in several ways: with and without port and query,
/// percent-encoded or not, with the host that they were configured with or the one they reach.
/// </summary>
internal sealed class Audience(ConnectionString own)
{
    /// <summary>For a call of the REST plane: host and path count.</summary>
    public bool Covers(ServiceToken token, HttpRequest request, IReadOnlyList<string> path) =>
        token.Audiences.Any(audience => IsOurs(audience, request) && IsSame(PathOf(audience), path));

    /// <summary>For a client: host, <c>/client</c> and hub count.</summary>
    public bool Covers(ServiceToken token, HttpRequest request, string hub) =>
        token.Audiences.Any(audience => IsOurs(audience, request)
            && PathOf(audience) is ["client"]
            && QueryHelpers.ParseQuery(audience.Query).TryGetValue("hub", out var hubs)
            && hubs is [{ } one] && one.Equals(hub, StringComparison.OrdinalIgnoreCase));

    private bool IsOurs(Uri audience, HttpRequest request) =>
        (audience.Scheme == Uri.UriSchemeHttp || audience.Scheme == Uri.UriSchemeHttps)
        && own.Hosts.Append(request.Host.Host).Any(host => Same(host, audience.Host));

    private static bool Same(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (IsLoopback(one) && IsLoopback(other));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string[] PathOf(Uri url) => [.. url.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString)];

    // Of names only a hub's is the same in capitals.
    private static bool IsSame(string[] audience, IReadOnlyList<string> path) =>
        audience.Length == path.Count && audience
            .Select((part, i) => part == path[i] || (i > 0 && path[i - 1] == "hubs" && part.Equals(path[i], StringComparison.OrdinalIgnoreCase)))
            .All(same => same);
}
