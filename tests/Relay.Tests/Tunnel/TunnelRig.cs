using Serverless.Relay.Sockets;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>A running tunnel between two real connections, and the peers at their far ends.</summary>
internal sealed class TunnelRig : IAsyncDisposable
{
    private static readonly TunnelTerms AnyRsv = new() { AllowedRsv = 0x70 };

    private readonly Task<TunnelResult> _running;

    private TunnelRig(FrameTunnel tunnel, Wire client, Wire backend)
    {
        (Tunnel, Client, Backend) = (tunnel, client, backend);
        _running = tunnel.RunAsync();
    }

    public FrameTunnel Tunnel { get; }

    public Wire Client { get; }

    public Wire Backend { get; }

    public Task<TunnelResult> Result => _running.Soon();

    public bool IsOver => _running.IsCompleted;

    /// <param name="closeTimeout">Long by default, so that no test passes only because time ran out.</param>
    /// <param name="terms">By default no limits, and any RSV bits.</param>
    /// <param name="time">Of limits and times; the real one by default.</param>
    /// <param name="loops">Carry it; null leaves it to streams.</param>
    public static async Task<TunnelRig> StartAsync(
        TimeSpan? closeTimeout = null, TunnelTerms? terms = null, TimeProvider? time = null, EventLoops? loops = null)
    {
        var (nearClient, client) = await Wire.ConnectAsync(loops);
        var (nearBackend, backend) = await Wire.ConnectAsync(loops);
        var options = new TunnelOptions
        {
            CloseTimeout = closeTimeout ?? TimeSpan.FromMinutes(5),
            LingerTimeout = closeTimeout is null ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(50),
        };
        return new TunnelRig(new FrameTunnel(nearClient, nearBackend, terms ?? AnyRsv, options, time ?? TimeProvider.System, (_, _) => { }), client, backend);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Backend.Dispose();
        Tunnel.Drop(Outcomes.TunnelEnd.RelayFault);
        await Result;
    }
}
