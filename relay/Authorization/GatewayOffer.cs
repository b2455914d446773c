namespace Serverless.Relay.Authorization;

/// <summary>The subprotocols that a client offers, when some may be the gateway's.</summary>
/// <param name="Others">Those that are not: the backend hears of these alone.</param>
/// <param name="HasOwn">
/// Whether <see cref="Entry"/> is offered: what the answer names when the backend chooses none, as a browser gives up a
/// connection for which none of its subprotocols is chosen.
/// </param>
/// <param name="HasCredentials">Whether there were credentials among them.</param>
internal sealed record GatewayOffer(IReadOnlyList<string> Others, bool HasOwn, bool HasCredentials)
{
    /// <summary>The gateway's own subprotocol.</summary>
    public const string Entry = "gateway";

    /// <summary>What is offered by a client of a product that takes no credentials there: nothing of the gateway's.</summary>
    public static GatewayOffer None { get; } = new([], HasOwn: false, HasCredentials: false);

    /// <summary>Whether the header goes on otherwise than it came.</summary>
    public bool IsChanged => HasOwn || HasCredentials;
}
