namespace Serverless.Relay.Handshake;

/// <summary>
/// Marks the connections of the management port, so that no Host header and no path of a public request leads to what
/// is only for operators.
/// </summary>
internal sealed class ManagementConnection
{
    /// <summary>Whether a request came in on the management port.</summary>
    public static bool Carries(HttpContext http) => http.Features.Get<ManagementConnection>() is not null;
}
