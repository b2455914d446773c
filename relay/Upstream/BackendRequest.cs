using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>What to ask a backend for.</summary>
/// <param name="Usage">The backend, and how its certificate is verified.</param>
/// <param name="PathAndQuery">Request target after the private base URL's path: starts with <c>/</c>, percent-encoding untouched.</param>
/// <param name="Headers">
/// End-to-end headers, of a handshake with the Sec-WebSocket ones; credentials and hop-by-hop headers gone; no Host,
/// Connection or Upgrade.
/// </param>
/// <param name="HostRewrite">Host header instead of the private base URL's; null leaves that.</param>
internal sealed record BackendRequest(
    BackendUsage Usage,
    string PathAndQuery,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? HostRewrite = null)
{
    /// <summary>To a TCP connection, of all endpoints together; null leaves the relay's own setting.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>From there, or from the last byte of a plain request, to the head of the answer; null leaves that too.</summary>
    public TimeSpan? AnswerTimeout { get; init; }
}
