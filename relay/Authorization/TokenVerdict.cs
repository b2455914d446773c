using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>The verdict on a token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>The product's issuer made it for the product, and it is valid now.</summary>
    /// <param name="ClientId">The client that it names.</param>
    /// <param name="Expires">From when on it is no longer accepted.</param>
    internal sealed record Verified(string ClientId, DateTimeOffset Expires) : TokenVerdict;

    /// <summary>It is not, or nobody could say.</summary>
    internal sealed record Refused(Refusal Refusal) : TokenVerdict;
}
