using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>A running tunnel between two real connections, and the peers at their far ends.</summary>
internal sealed class TunnelRig : IAsyncDisposable
{
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
    public static async Task<TunnelRig> StartAsync(TimeSpan? closeTimeout = null)
    {
        var (nearClient, client) = await Wire.ConnectAsync();
        var (nearBackend, backend) = await Wire.ConnectAsync();
        var options = new TunnelOptions
        {
            CloseTimeout = closeTimeout ?? TimeSpan.FromMinutes(5),
            LingerTimeout = closeTimeout is null ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(50),
        };
        return new TunnelRig(new FrameTunnel(nearClient, nearBackend, options, TimeProvider.System), client, backend);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Backend.Dispose();
        Tunnel.Drop(Outcomes.TunnelEnd.RelayFault);
        await Result;
    }
}
