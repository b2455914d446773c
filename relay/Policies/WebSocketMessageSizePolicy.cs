using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>Says how big the messages of open tunnels may be.</summary>
internal sealed class WebSocketMessageSizePolicy(SizeRule? fromClient, SizeRule? fromBackend) : ITunnelPolicy
{
    /// <inheritdoc/>
    public TunnelRules Rule(TunnelRules rules) => rules with
    {
        FromClient = rules.FromClient with { MessageSize = fromClient ?? rules.FromClient.MessageSize },
        FromBackend = rules.FromBackend with { MessageSize = fromBackend ?? rules.FromBackend.MessageSize },
    };

    /// <summary>As the chain has them, in bytes.</summary>
    internal sealed class Settings
    {
        public long? FromClient { get; set; }

        public long? FromBackend { get; set; }

        public bool DryRun { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "websocket_message_size";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketMessageSize, errors) is not { } read)
            {
                return null;
            }

            if (read is { FromClient: < 1 } or { FromBackend: < 1 })
            {
                errors.Add($"{Name}: from_client and from_backend need 1 byte or more.");
                return null;
            }

            return new WebSocketMessageSizePolicy(Rule(read.FromClient, read.DryRun), Rule(read.FromBackend, read.DryRun));
        }

        private static SizeRule? Rule(long? most, bool dryRun) => most is { } bytes ? new SizeRule(bytes, dryRun) : null;
    }
}
