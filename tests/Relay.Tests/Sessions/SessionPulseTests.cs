using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

public sealed class SessionPulseTests
{
    [Fact]
    public async Task What_has_passed_is_counted_once_however_often_it_is_looked_at()
    {
        var rig = new SessionsRig();
        var (running, client, backend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(new SessionOwner("echo", "production", "app-1"))!);

        await client.SendAsync(Frame.Message(5, masked: true));
        await backend.ReadFrameAsync();
        rig.PulseAll();
        rig.PulseAll();
        Assert.Contains("direction=\"from_client\"} 5\n", rig.Exposition.Write(), StringComparison.Ordinal);
        await client.SendAsync(Frame.Message(2, masked: true));
        await backend.ReadFrameAsync();
        client.Dispose();
        backend.Dispose();
        await running.Soon();
        rig.PulseAll();

        var text = rig.Exposition.Write();
        Assert.Contains("direction=\"from_client\"} 7\n", text, StringComparison.Ordinal);
        Assert.Contains("relay_tunnels_active{product=\"echo\",environment=\"production\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_looked_at_costs_no_memory()
    {
        const int count = 200;
        var rig = new SessionsRig();
        var wires = new List<Wire>();
        for (var i = 0; i < count; i++)
        {
            var (_, client, backend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(new SessionOwner("echo", "production", "app-1"))!);
            wires.AddRange([client, backend]);
        }

        rig.PulseAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        rig.PulseAll();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Two enumerators for each slice, however many sessions there are.
        Assert.InRange(allocated, 0, OpenSessions.Slices * 300);
        wires.ForEach(wire => wire.Dispose());
    }
}
