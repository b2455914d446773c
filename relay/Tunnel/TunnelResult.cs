using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>What became of a tunnel.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="CloseCode">Status code of the first Close that a peer sent; null when there was none or it carried none.</param>
/// <param name="FromClient">What passed from client to backend.</param>
/// <param name="FromBackend">What passed from backend to client.</param>
/// <param name="Duration">From start to end.</param>
/// <param name="Dropped">
/// The connections could not be ended in order. Who owns the client's HTTP request has to abort it: what is still
/// queued there may never be taken.
/// </param>
/// <param name="Fault">The exception behind <see cref="TunnelEnd.RelayFault"/>.</param>
internal sealed record TunnelResult(
    TunnelEnd End,
    ushort? CloseCode,
    DirectionTotals FromClient,
    DirectionTotals FromBackend,
    TimeSpan Duration,
    bool Dropped,
    Exception? Fault = null);
