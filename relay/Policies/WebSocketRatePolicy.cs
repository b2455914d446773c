using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>Says how fast open tunnels may send; each has buckets of its own.</summary>
internal sealed class WebSocketRatePolicy(WebSocketRatePolicy.Settings settings) : ITunnelPolicy
{
    /// <inheritdoc/>
    public TunnelRules Rule(TunnelRules rules) => rules with
    {
        FromClient = Rule(rules.FromClient, settings.FromClient),
        FromBackend = Rule(rules.FromBackend, settings.FromBackend),
    };

    private DirectionRules Rule(DirectionRules rules, Side? side) => side is null
        ? rules
        : rules with
        {
            Messages = Bucket(side.MessagesPerSecond, side.MessageBurst, side.Action) ?? rules.Messages,
            Bytes = Bucket(side.BytesPerSecond, side.ByteBurst, side.Action) ?? rules.Bytes,
        };

    private RateRule? Bucket(double? perSecond, long? burst, RateAction action) => perSecond is { } rate
        ? new RateRule(rate, burst ?? (long)Math.Ceiling(rate), action, settings.DryRun)
        : null;

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public Side? FromClient { get; set; }

        public Side? FromBackend { get; set; }

        public bool DryRun { get; set; }
    }

    /// <summary>Those of one direction.</summary>
    internal sealed class Side
    {
        public double? MessagesPerSecond { get; set; }

        public long? MessageBurst { get; set; }

        public double? BytesPerSecond { get; set; }

        public long? ByteBurst { get; set; }

        public RateAction Action { get; set; }

        public bool IsWrong => this is { MessagesPerSecond: not (null or (> 0 and <= 1e9)) }
            or { BytesPerSecond: not (null or (> 0 and <= 1e12)) }
            or { MessageBurst: < 1 }
            or { ByteBurst: < 1 };
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "websocket_rate";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketRate, errors) is not { } read)
            {
                return null;
            }

            if (read.FromClient is { IsWrong: true } || read.FromBackend is { IsWrong: true })
            {
                errors.Add($"{Name}: rates need more than 0, up to 1e9 messages and 1e12 bytes, and bursts 1 or more.");
                return null;
            }

            return new WebSocketRatePolicy(read);
        }
    }
}
