namespace Serverless.Relay.Policies;

/// <summary>A request on its way through a chain.</summary>
/// <param name="http">The client's request, as it came.</param>
/// <param name="isUpgrade">Whether it asks for a WebSocket.</param>
internal sealed class HandshakeRequest(HttpRequest http, bool isUpgrade)
{
    /// <summary>The client's request, as it came: credentials are still in it.</summary>
    public HttpRequest Http { get; } = http;

    /// <summary>Whether it asks for a WebSocket.</summary>
    public bool IsUpgrade { get; } = isUpgrade;

    /// <summary>Whether a policy of the chain has allowed WebSockets.</summary>
    public bool UpgradeAllowed { get; private set; }

    /// <summary>Allows WebSockets; without it an upgrade is refused at the end of the chain.</summary>
    public void AllowUpgrade() => UpgradeAllowed = true;
}
