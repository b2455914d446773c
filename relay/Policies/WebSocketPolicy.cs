using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>Allows WebSockets for a product. Has no settings.</summary>
internal sealed class WebSocketPolicy : IHandshakePolicy
{
    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        request.AllowUpgrade();
        return new(Verdict.Pass);
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "websocket";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors) =>
            NoSettings.Check(Name, settings, errors) ? new WebSocketPolicy() : null;
    }
}
