using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>Says when peers of open tunnels are asked whether they are there.</summary>
internal sealed class WebSocketKeepalivePolicy(PingRule? ping) : ITunnelPolicy
{
    /// <inheritdoc/>
    public TunnelRules Rule(TunnelRules rules) => rules with { Ping = ping };

    /// <summary>As the chain has them, in seconds.</summary>
    internal sealed class Settings
    {
        public double PingInterval { get; set; } = 25;

        public double PongTimeout { get; set; } = 20;
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const double Day = 24 * 3600;

        public string Name => "websocket_keepalive";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketKeepalive, errors) is not { } read)
            {
                return null;
            }

            if (read is { PingInterval: not (>= 0 and <= Day) } or { PongTimeout: not (>= 1 and <= Day) })
            {
                errors.Add($"{Name}: ping_interval needs 0 seconds to a day, and pong_timeout 1 second to a day.");
                return null;
            }

            return new WebSocketKeepalivePolicy(read.PingInterval == 0
                ? null
                : new PingRule(TimeSpan.FromSeconds(read.PingInterval), TimeSpan.FromSeconds(read.PongTimeout)));
        }
    }
}
