using Serverless.Relay.Sockets;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>Tests of whole tunnels. What carries them must make no difference, so those derived run them on loops.</summary>
public abstract class TunnelTests
{
    // Two, so that both ends of a tunnel begin on different ones.
    private static readonly EventLoops Loops = new(() => 2);

    private protected virtual bool OnLoops => false;

    private protected Task<TunnelRig> StartAsync(TimeSpan? closeTimeout = null, TunnelTerms? terms = null, TimeProvider? time = null) =>
        TunnelRig.StartAsync(closeTimeout, terms, time, OnLoops && OperatingSystem.IsLinux() ? Loops : null);
}
