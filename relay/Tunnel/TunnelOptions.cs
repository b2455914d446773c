using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Tunnel;

/// <summary>How open tunnels end. Section <c>Relay:Tunnel</c>.</summary>
public sealed class TunnelOptions
{
    /// <summary>
    /// How long the second Close may take once there is a first, or a reason for one; then the connections are dropped.
    /// Defaults to 5 s: a peer that is there answers in a round trip, and one that is not should not hold a socket.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long, after both Closes, a backend may take to end its connection before the relay does. Defaults to 1 s: the
    /// server goes first (RFC 6455 §7.1.1), so that TIME_WAIT stays there, but nothing depends on it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class TunnelOptionsValidator : IValidateOptions<TunnelOptions>;
