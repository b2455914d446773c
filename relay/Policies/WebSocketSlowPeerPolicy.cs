using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>Says how long a peer of an open tunnel may leave what it is sent waiting.</summary>
internal sealed class WebSocketSlowPeerPolicy(TimeRule rule) : ITunnelPolicy
{
    /// <inheritdoc/>
    public TunnelRules Rule(TunnelRules rules) => rules with { SlowPeer = rule };

    /// <summary>As the chain has them, in seconds.</summary>
    internal sealed class Settings
    {
        public double Timeout { get; set; }

        public bool DryRun { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "websocket_slow_peer";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketSlowPeer, errors) is not { } read)
            {
                return null;
            }

            if (read.Timeout is not (>= 1 and <= 86_400))
            {
                errors.Add($"{Name}: timeout needs 1 second to a day.");
                return null;
            }

            return new WebSocketSlowPeerPolicy(new TimeRule(TimeSpan.FromSeconds(read.Timeout), read.DryRun));
        }
    }
}
