using Serverless.Relay.Authorization;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>Whether a request goes on to a backend.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It does.</summary>
    /// <param name="Request">What to ask which backend for.</param>
    /// <param name="Application">Identifier of the application whose key it is.</param>
    /// <param name="Offer">The subprotocols that the client offers, where some may be the gateway's.</param>
    internal sealed record Granted(BackendRequest Request, string Application, GatewayOffer Offer) : Admission;

    /// <summary>It does not.</summary>
    internal sealed record Denied(Refusal Refusal) : Admission;
}
