using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

/// <summary>Orders to end sessions, whatever these are doing when the order is given.</summary>
public sealed class EndOrdersTests
{
    private static readonly SessionOwner Owner = new("echo", "production", "app-1", Key: "key-1");
    private static readonly SessionFilter Application = new(null, null, "app-1", null);

    private readonly SessionsRig _rig = new();

    [Fact]
    public async Task An_order_ends_the_open_sessions_that_are_meant_and_no_others()
    {
        var (running, client, backend) = await SessionsRig.RunAsync(_rig.Sessions.TryOpen(Owner)!);
        using var other = _rig.Sessions.TryOpen(Owner with { Application = "app-2" })!;

        var found = _rig.Sessions.End(Application, TunnelEnd.KeyRevoked);

        Assert.Equal((1, false), (found, other.IsRevoked));
        Assert.Equal("1008 key revoked", await client.ReadCloseAsync(masked: false));
        client.Dispose();
        backend.Dispose();
        Assert.Equal(TunnelEnd.KeyRevoked, (await running.Soon()).End);
    }

    [Fact]
    public async Task The_client_is_told_its_own_reason_however_fast_the_backend_answers()
    {
        for (var i = 0; i < 200; i++)
        {
            var (_, client, backend) = await SessionsRig.RunAsync(_rig.Sessions.TryOpen(Owner)!);
            var answering = AnswerAsync(backend);

            _rig.Sessions.End(Application, TunnelEnd.KeyRevoked);

            Assert.Equal("1008 key revoked", await client.ReadCloseAsync(masked: false));
            await answering.Soon();
            client.Dispose();
            backend.Dispose();
        }

        static async Task AnswerAsync(Wire backend)
        {
            Assert.Equal("1001 key revoked", await backend.ReadCloseAsync(masked: true));
            await backend.SendAsync(Frame.Close(1001, "key revoked", masked: false));
        }
    }

    [Fact]
    public void A_session_that_was_decided_on_before_an_order_and_takes_its_place_after_it_is_found_by_it()
    {
        var before = _rig.Sessions.Ordered;
        _rig.Sessions.End(Application, TunnelEnd.KeyRevoked);
        using var late = _rig.Sessions.TryOpen(Owner, before)!;
        using var other = _rig.Sessions.TryOpen(Owner with { Application = "app-2" }, before)!;
        using var next = _rig.Sessions.TryOpen(Owner, _rig.Sessions.Ordered)!;

        Assert.Equal((true, false, false), (late.IsRevoked, other.IsRevoked, next.IsRevoked));
    }

    [Fact]
    public void An_order_about_a_key_means_what_this_key_opened()
    {
        _rig.Sessions.TryOpen(Owner);
        _rig.Sessions.TryOpen(Owner with { Key = "key-2" });
        _rig.Sessions.TryOpen(Owner with { Key = null });

        Assert.Equal(1, _rig.Sessions.End(Application with { Key = "key-2" }, TunnelEnd.KeyRevoked));
        Assert.Equal(2, _rig.Sessions.End(Application with { WithKey = true }, TunnelEnd.KeyRevoked));
    }

    [Fact]
    public async Task Who_has_missed_more_orders_than_are_kept_is_told_to_come_back()
    {
        var before = _rig.Sessions.Ordered;
        for (var i = 0; i <= EndOrders.Kept; i++)
        {
            _rig.Sessions.End(Application with { Application = "nobody" }, TunnelEnd.KeyRevoked);
        }

        var (_, client, _) = await SessionsRig.RunAsync(_rig.Sessions.TryOpen(Owner, before)!);

        Assert.Equal("1012 drained by an operator", await client.ReadCloseAsync(masked: false));
    }

    [Fact]
    public async Task Joining_and_ordering_at_once_never_leaves_a_session_that_is_meant()
    {
        for (var i = 0; i < 2000; i++)
        {
            var before = _rig.Sessions.Ordered;
            using var start = new Barrier(2);
            var ordering = Task.Run(() =>
            {
                start.SignalAndWait();
                _rig.Sessions.End(Application, TunnelEnd.KeyRevoked);
            });
            start.SignalAndWait();
            using var session = _rig.Sessions.TryOpen(Owner, before)!;
            await ordering.Soon();

            Assert.True(session.IsRevoked);
        }
    }
}
