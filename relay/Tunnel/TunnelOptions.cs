using Microsoft.Extensions.Options;

namespace Serverless.Relay.Tunnel;

/// <summary>How open tunnels end. Section <c>Relay:Tunnel</c>.</summary>
public sealed class TunnelOptions
{
    /// <summary>
    /// How long the second Close may take once there is a first, or a reason for one; then the connections are dropped.
    /// Defaults to 5 s: a peer that is there answers in a round trip, and one that is not should not hold a socket.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long, after both Closes, a backend may take to end its connection before the relay does. Defaults to 1 s: the
    /// server goes first (RFC 6455 §7.1.1), so that TIME_WAIT stays there, but nothing depends on it.
    /// </summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What carries tunnels. Defaults to <c>auto</c>, which costs half as much where it can do more than streams.</summary>
    public TunnelEngine Engine { get; set; } = TunnelEngine.Auto;

    /// <summary>
    /// Threads that carry tunnels whose sockets are plain, 1 to 64. Defaults to the number of processors: each can be busy
    /// on its own.
    /// </summary>
    public int Loops { get; set; } = Math.Min(Environment.ProcessorCount, MostLoops);

    internal const int MostLoops = 64;
}

/// <summary>What carries tunnels.</summary>
public enum TunnelEngine
{
    /// <summary>Loops of the relay's own for plain sockets on Linux, streams for the rest.</summary>
    Auto,

    /// <summary>Streams for all.</summary>
    Streams,
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class TunnelOptionsValidator : IValidateOptions<TunnelOptions>
{
    public ValidateOptionsResult Validate(string? name, TunnelOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.CloseTimeout), options.CloseTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5));
        Check(nameof(options.LingerTimeout), options.LingerTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        if (!Enum.IsDefined(options.Engine))
        {
            result.AddError($"Relay:Tunnel:Engine is {options.Engine}: it needs auto or streams.");
        }

        if (options.Loops is < 1 or > TunnelOptions.MostLoops)
        {
            result.AddError($"Relay:Tunnel:Loops is {options.Loops}: it needs 1 to {TunnelOptions.MostLoops}.");
        }

        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Tunnel:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
