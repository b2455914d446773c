using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

public sealed class ShutdownDrainTests
{
    private static readonly SessionOwner Owner = new("echo", "production", "app-1");

    [Fact]
    public async Task A_drain_closes_every_session_and_waits_for_it()
    {
        var rig = new SessionsRig();
        var open = new List<(Task<TunnelResult> Running, Wire Client, Wire Backend)>();
        for (var i = 0; i < 20; i++)
        {
            open.Add(await SessionsRig.RunAsync(rig.Sessions.TryOpen(Owner)!));
        }

        var draining = rig.Drain.RunAsync(CancellationToken.None);
        foreach (var (_, client, backend) in open)
        {
            Assert.Equal("1001 gateway is shutting down", await client.ReadCloseAsync(masked: false));
            Assert.Equal("1001 gateway is shutting down", await backend.ReadCloseAsync(masked: true));
            Assert.False(draining.IsCompleted);
            await client.SendAsync(Frame.Close(1001, "", masked: true));
            await backend.SendAsync(Frame.Close(1001, "", masked: false));
            backend.Dispose();
        }

        await draining.Soon();
        Assert.All(await Task.WhenAll(open.Select(o => o.Running)).Soon(), r => Assert.Equal(TunnelEnd.ShuttingDown, r.End));
        open.ForEach(o => o.Client.Dispose());
    }

    [Fact]
    public async Task Sessions_are_asked_one_after_another_over_the_spread()
    {
        var time = new ManualTime();
        var rig = new SessionsRig(new SessionsOptions { DrainRate = 1, DrainTimeout = TimeSpan.FromMinutes(1) }, time);
        var (_, first, firstBackend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(Owner)!);
        var (_, second, secondBackend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(Owner)!);

        var draining = rig.Drain.RunAsync(CancellationToken.None);
        var closing = new[] { first.ReadCloseAsync(masked: false), second.ReadCloseAsync(masked: false) };
        await await Task.WhenAny(closing).Soon();
        _ = Assert.Single(closing, close => close.IsCompleted);
        Assert.Contains("relay_draining 1\n", rig.Exposition.Write(), StringComparison.Ordinal);
        Assert.Contains("relay_drain_remaining 2\n", rig.Exposition.Write(), StringComparison.Ordinal);

        await SessionsRig.AdvanceUntilAsync(time, Task.WhenAll(closing));
        foreach (var wire in new[] { first, firstBackend, second, secondBackend })
        {
            wire.Dispose();
        }

        await draining.Soon();
        Assert.Contains("relay_drain_remaining 0\n", rig.Exposition.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_waits_for_handshakes_and_tells_both_sides_as_soon_as_they_are_done()
    {
        var rig = new SessionsRig();
        var session = rig.Sessions.TryOpen(Owner)!;

        var draining = rig.Drain.RunAsync(CancellationToken.None);
        Assert.False(draining.IsCompleted);
        var (running, client, backend) = await SessionsRig.RunAsync(session);

        Assert.Equal("1001 gateway is shutting down", await client.ReadCloseAsync(masked: false));
        Assert.Equal("1001 gateway is shutting down", await backend.ReadCloseAsync(masked: true));
        client.Dispose();
        backend.Dispose();
        Assert.Equal(TunnelEnd.ShuttingDown, (await running.Soon()).End);
        await draining.Soon();
    }

    [Fact]
    public async Task A_handshake_that_fails_gives_its_place_back()
    {
        var rig = new SessionsRig();
        var session = rig.Sessions.TryOpen(Owner)!;

        var draining = rig.Drain.RunAsync(CancellationToken.None);
        session.Dispose();

        await draining.Soon();
    }

    [Fact]
    public async Task Sessions_that_outlast_the_drain_are_dropped()
    {
        var time = new ManualTime();
        var rig = new SessionsRig(new SessionsOptions { DrainTimeout = TimeSpan.FromSeconds(20) }, time);
        var (running, client, backend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(Owner)!);
        using var peers = client;

        var draining = rig.Drain.RunAsync(CancellationToken.None);
        await client.ReadCloseAsync(masked: false);
        var before = time.GetUtcNow();
        await SessionsRig.AdvanceUntilAsync(time, draining);

        Assert.InRange(time.GetUtcNow() - before, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10));
        var result = await running.Soon();
        Assert.Equal((TunnelEnd.ShuttingDown, true), (result.End, result.Dropped));
        backend.Dispose();
    }

    [Fact]
    public async Task A_drain_can_be_hurried()
    {
        var rig = new SessionsRig();
        using var hurry = new CancellationTokenSource();
        var (running, client, backend) = await SessionsRig.RunAsync(rig.Sessions.TryOpen(Owner)!);

        var draining = rig.Drain.RunAsync(hurry.Token);
        await hurry.CancelAsync();

        await draining.Soon();
        Assert.True((await running.Soon()).Dropped);
        client.Dispose();
        backend.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(20, 0.1)]
    [InlineData(1_999, 9.995)]
    [InlineData(2_000, 10)]
    [InlineData(2_001, 10)]
    [InlineData(100_000, 10)]
    public void The_spread_grows_with_the_sessions_to_half_of_the_time(int sessions, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new SessionsOptions().SpreadOf(sessions));

    [Fact]
    public void The_spread_is_what_is_set_when_something_is() =>
        Assert.Equal(
            TimeSpan.FromSeconds(3), new SessionsOptions { DrainSpread = TimeSpan.FromSeconds(3), DrainRate = 1 }.SpreadOf(100));
}
