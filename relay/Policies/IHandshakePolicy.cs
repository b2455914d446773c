namespace Serverless.Relay.Policies;

/// <summary>A policy of a chain with its settings: built once per promoted version, asked once per request.</summary>
internal interface IHandshakePolicy
{
    /// <summary>
    /// Lets a request pass or refuses it, before its key is judged and before the backend hears of it.
    /// </summary>
    ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel);
}
