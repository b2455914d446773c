using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Policies;

/// <summary>Says how old and how idle tunnels may be.</summary>
internal sealed class WebSocketLifetimePolicy(AgeRule? age, TimeRule? idle) : ITunnelPolicy
{
    /// <inheritdoc/>
    public TunnelRules Rule(TunnelRules rules) => rules with { Age = age ?? rules.Age, Idle = idle ?? rules.Idle };

    /// <summary>As the chain has them, in seconds.</summary>
    internal sealed class Settings
    {
        public double? MaxAge { get; set; }

        public double MaxAgeJitter { get; set; }

        public double? IdleTimeout { get; set; }

        public bool DryRun { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const double Year = 365 * 24 * 3600;

        public string Name => "websocket_lifetime";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.WebSocketLifetime, errors) is not { } read)
            {
                return null;
            }

            if (read is { MaxAge: not (null or (>= 1 and <= Year)) }
                or { MaxAgeJitter: not (>= 0 and <= Year) }
                or { IdleTimeout: not (null or (>= 1 and <= Year)) })
            {
                errors.Add($"{Name}: max_age and idle_timeout need 1 second to a year, max_age_jitter up to a year.");
                return null;
            }

            return new WebSocketLifetimePolicy(
                read.MaxAge is { } age
                    ? new AgeRule(TimeSpan.FromSeconds(age), TimeSpan.FromSeconds(read.MaxAgeJitter), read.DryRun)
                    : null,
                read.IdleTimeout is { } idle ? new TimeRule(TimeSpan.FromSeconds(idle), read.DryRun) : null);
        }
    }
}
