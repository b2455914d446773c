using Serverless.Relay.Outcomes;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tests.Sockets;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class LoopCarrierTests : IDisposable
{
    private readonly EventLoops _loops = new(() => 1);

    [LinuxFact]
    public async Task Allocates_nothing_per_message()
    {
        await using var rig = await TunnelRig.StartAsync(loops: _loops);
        await EchoAsync(rig, 100);

        var start = await AllocatedAsync();
        await EchoAsync(rig, 100);
        var few = await AllocatedAsync() - start;
        await EchoAsync(rig, 5000);
        var many = await AllocatedAsync() - start - few;

        // The smallest object a message would be 240,000. A collection that others cause may count what the thread has
        // reserved, 8 KiB, as allocated.
        Assert.InRange(many - few, -10_000, 10_000);
    }

    [LinuxFact]
    public async Task What_was_read_too_early_goes_first_however_much()
    {
        var early = Frame.Message(300_000, masked: true);
        var (nearClient, client) = await Wire.ConnectAsync(_loops);
        var (nearBackend, backend) = await Wire.ConnectAsync(_loops);
        using var peers = client;
        using var peer = backend;
        ((LoopStream)nearClient).PutBack(early.AsMemory(0, 250_000).ToArray());
        ((LoopStream)nearBackend).PutBack(Frame.Message(5, masked: false));
        var running = Tunnel(nearClient, nearBackend, (_, _) => { }).RunAsync();

        await client.SendAsync(early.AsMemory(250_000));

        Assert.Equal(early, await backend.ReadAsync(early.Length));
        Assert.Equal(Frame.Message(5, masked: false), await client.ReadAsync(7));
        client.Dispose();
        Assert.Equal(TunnelEnd.ClientLost, (await running.Soon()).End);
    }

    [LinuxFact]
    public async Task A_fault_in_one_tunnel_leaves_the_others_of_its_loop_alone()
    {
        await using var other = await TunnelRig.StartAsync(loops: _loops);
        var (nearClient, client) = await Wire.ConnectAsync(_loops);
        var (nearBackend, backend) = await Wire.ConnectAsync(_loops);
        using var peers = client;
        using var peer = backend;
        var rules = new TunnelRules { FromClient = new() { MessageSize = new(1, DryRun: true) } };
        var running = Tunnel(nearClient, nearBackend, (_, _) => throw new InvalidTimeZoneException(), rules).RunAsync();

        await client.SendAsync(Frame.Message(2, masked: true));

        var result = await running.Soon();
        Assert.Equal(TunnelEnd.RelayFault, result.End);
        Assert.IsType<InvalidTimeZoneException>(result.Fault);
        await EchoAsync(other, 10);
    }

    [LinuxFact]
    public async Task A_flood_leaves_the_other_tunnels_of_its_loop_their_turn()
    {
        await using var flooded = await TunnelRig.StartAsync(loops: _loops);
        await using var other = await TunnelRig.StartAsync(loops: _loops);
        using var enough = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            var frame = Frame.Message(1024 * 1024, masked: true);
            while (!enough.IsCancellationRequested)
            {
                await flooded.Client.SendAsync(frame);
            }
        });
        var drain = Task.Run(() => flooded.Backend.Stream.CopyToAsync(Stream.Null, enough.Token));

        await EchoAsync(other, 200);

        await enough.CancelAsync();
        flooded.Client.Dispose();

        // Both end, each in whatever it was about to do.
        await Record.ExceptionAsync(() => flood.Soon());
        await Record.ExceptionAsync(() => drain.Soon());
    }

    [LinuxFact]
    public async Task Hundreds_of_tunnels_are_all_told_when_they_are_to_end()
    {
        var rigs = new List<TunnelRig>();
        for (var i = 0; i < 300; i++)
        {
            rigs.Add(await TunnelRig.StartAsync(loops: _loops));
        }

        foreach (var rig in rigs)
        {
            rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);
        }

        foreach (var rig in rigs)
        {
            Assert.Equal("1001 gateway is shutting down", await rig.Client.ReadCloseAsync(masked: false));
            Assert.Equal("1001 gateway is shutting down", await rig.Backend.ReadCloseAsync(masked: true));
            await rig.DisposeAsync();
        }
    }

    public void Dispose() => _loops.Dispose();

    private static FrameTunnel Tunnel(Stream client, Stream backend, LimitReached reached, TunnelRules? rules = null) => new(
        client,
        backend,
        new TunnelTerms { Rules = rules ?? TunnelRules.Default, AllowedRsv = 0x70 },
        new TunnelOptions(),
        TimeProvider.System,
        reached);

    private static async Task EchoAsync(TunnelRig rig, int messages)
    {
        var up = Frame.Message(64, masked: true);
        var down = Frame.Message(64, masked: false);
        for (var i = 0; i < messages; i++)
        {
            await rig.Client.SendAsync(up);
            Assert.Equal(up, await rig.Backend.ReadAsync(up.Length));
            await rig.Backend.SendAsync(down);
            Assert.Equal(down, await rig.Client.ReadAsync(down.Length));
        }
    }

    private Task<long> AllocatedAsync()
    {
        var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loops.Next().Post(() => answer.SetResult(GC.GetAllocatedBytesForCurrentThread()));
        return answer.Task.Soon();
    }
}
