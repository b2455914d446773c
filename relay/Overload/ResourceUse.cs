namespace Serverless.Relay.Overload;

/// <summary>What the relay uses at a moment, as shares of what it may use; 0 where nobody knows.</summary>
/// <param name="Tunnels">Of <see cref="OverloadOptions.MaxTunnels"/>.</param>
/// <param name="Descriptors">Of the file descriptors of the process.</param>
/// <param name="Memory">Of the memory of the runtime.</param>
internal readonly record struct ResourceUse(double Tunnels, double Descriptors, double Memory);

/// <summary>What there is too little of.</summary>
internal enum Shortage
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Tunnels that may be open.</summary>
    Tunnels,

    /// <summary>File descriptors.</summary>
    Descriptors,

    /// <summary>Memory.</summary>
    Memory,
}
