using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

public sealed class OpenSessionsTests
{
    private static readonly SessionOwner Owner = new("echo", "production", "app-1");

    [Fact]
    public async Task Counts_a_session_while_its_frames_pass()
    {
        var sessions = Sessions();
        using var session = sessions.TryOpen(Owner);
        Assert.Equal(0, sessions.Count);

        var (running, client, backend) = await RunAsync(session!);
        Assert.Equal(1, sessions.Count);
        Assert.Equal(Owner, session!.Owner);

        await CloseAsync(client, backend);
        Assert.Equal(TunnelEnd.ClosedByClient, (await running.Soon()).End);
        Assert.Equal(0, sessions.Count);
    }

    [Fact]
    public async Task A_drain_closes_every_session_and_waits_for_it()
    {
        var sessions = Sessions();
        var open = new List<(Task<TunnelResult> Running, Wire Client, Wire Backend)>();
        for (var i = 0; i < 20; i++)
        {
            open.Add(await RunAsync(sessions.TryOpen(Owner)!));
        }

        var draining = sessions.DrainAsync(CancellationToken.None);
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
    public async Task Nothing_is_opened_while_draining()
    {
        var sessions = Sessions();

        await sessions.DrainAsync(CancellationToken.None).Soon();

        Assert.True(sessions.IsDraining);
        Assert.Null(sessions.TryOpen(Owner));
    }

    [Fact]
    public async Task A_drain_waits_for_handshakes_and_tells_both_sides_as_soon_as_they_are_done()
    {
        var sessions = Sessions();
        var session = sessions.TryOpen(Owner)!;

        var draining = sessions.DrainAsync(CancellationToken.None);
        Assert.False(draining.IsCompleted);
        var (running, client, backend) = await RunAsync(session);

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
        var sessions = Sessions();
        var session = sessions.TryOpen(Owner)!;

        var draining = sessions.DrainAsync(CancellationToken.None);
        session.Dispose();

        await draining.Soon();
    }

    [Fact]
    public async Task Sessions_that_outlast_the_drain_are_dropped()
    {
        var sessions = Sessions(drainTimeout: TimeSpan.FromMilliseconds(200));
        var (running, client, backend) = await RunAsync(sessions.TryOpen(Owner)!);
        using var peers = client;

        await sessions.DrainAsync(CancellationToken.None).Soon();

        var result = await running.Soon();
        Assert.Equal((TunnelEnd.ShuttingDown, true), (result.End, result.Dropped));
        backend.Dispose();
    }

    [Fact]
    public async Task A_drain_can_be_hurried()
    {
        var sessions = Sessions();
        using var hurry = new CancellationTokenSource();
        var (running, client, backend) = await RunAsync(sessions.TryOpen(Owner)!);

        var draining = sessions.DrainAsync(hurry.Token);
        await hurry.CancelAsync();

        await draining.Soon();
        Assert.True((await running.Soon()).Dropped);
        client.Dispose();
        backend.Dispose();
    }

    private static OpenSessions Sessions(TimeSpan? drainTimeout = null) => new(
        Options.Create(new TunnelOptions { CloseTimeout = TimeSpan.FromMinutes(5) }),
        Options.Create(new SessionsOptions { DrainTimeout = drainTimeout ?? TimeSpan.FromMinutes(5) }),
        TimeProvider.System,
        Meters.Unread,
        NullLogger<OpenSessions>.Instance);

    private static async Task<(Task<TunnelResult> Running, Wire Client, Wire Backend)> RunAsync(Session session)
    {
        var (nearClient, client) = await Wire.ConnectAsync();
        var (nearBackend, backend) = await Wire.ConnectAsync();
        return (session.RunAsync(nearClient, nearBackend, new TunnelTerms()), client, backend);
    }

    private static async Task CloseAsync(Wire client, Wire backend)
    {
        await client.SendAsync(Frame.Close(1000, "", masked: true));
        await backend.ReadCloseAsync(masked: true);
        await backend.SendAsync(Frame.Close(1000, "", masked: false));
        backend.Dispose();
        await client.ReadCloseAsync(masked: false);
        await client.AssertEndedAsync();
        client.Dispose();
    }
}
