using System.Text.Json;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Policies;

/// <summary>Refuses every request with a text of the product's own. Tunnels that are open stay open.</summary>
internal sealed class MaintenanceModePolicy(OwnAnswer answer) : IHandshakePolicy
{
    private readonly Verdict _verdict = new(new Refusal(RefusalReason.Maintenance, Own: answer));

    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel) => new(_verdict);

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public int Status { get; set; } = 503;

        public string Message { get; set; } = "Service Unavailable - Maintenance";

        public string MessageContentType { get; set; } = "text/plain; charset=utf-8";
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "maintenance_mode";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.MaintenanceMode, errors) is not { } read)
            {
                return null;
            }

            if (read.Status is < 400 or > 599 || read.MessageContentType.Any(char.IsControl))
            {
                errors.Add($"{Name}: it needs a status from 400 to 599, and a media type.");
                return null;
            }

            return new MaintenanceModePolicy(new OwnAnswer(read.Status, read.MessageContentType, read.Message));
        }
    }
}
