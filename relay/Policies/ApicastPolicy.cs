using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>
/// Marks the place in the chain where the gateway itself acts, as 3scale's chains have it. Authorization and dialling
/// follow the whole chain here, so the policy does nothing. Has no settings.
/// </summary>
internal sealed class ApicastPolicy : IHandshakePolicy
{
    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel) => new(Verdict.Pass);

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "apicast";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors) =>
            NoSettings.Check(Name, settings, errors) ? new ApicastPolicy() : null;
    }
}
