using Serverless.Relay.Outcomes;
using Serverless.Relay.Sessions;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sessions;

public sealed class OpenSessionsTests
{
    private static readonly SessionOwner Owner = new("echo", "production", "app-1");

    [Fact]
    public async Task Counts_a_session_while_its_frames_pass()
    {
        var sessions = new SessionsRig().Sessions;
        using var session = sessions.TryOpen(Owner);
        Assert.Equal(0, sessions.Count);

        var (running, client, backend) = await SessionsRig.RunAsync(session!);
        Assert.Equal(1, sessions.Count);
        Assert.Equal(Owner, session!.Owner);

        await CloseAsync(client, backend);
        Assert.Equal(TunnelEnd.ClosedByClient, (await running.Soon()).End);
        Assert.Equal(0, sessions.Count);
    }

    [Fact]
    public void A_session_is_found_by_its_name_until_its_place_is_given_back()
    {
        var sessions = new SessionsRig().Sessions;
        using var session = sessions.TryOpen(Owner)!;
        using var other = sessions.TryOpen(Owner)!;

        Assert.True(SessionId.TryParse(session.Id.ToString(), out var id));
        Assert.Same(session, sessions.Find(id));
        Assert.NotEqual(session.Id, other.Id);
        Assert.Equal(2, sessions.Held);
        session.Dispose();

        Assert.Null(sessions.Find(id));
        Assert.True(session.IsOver);
        Assert.Equal([other], sessions.All);
        session.Dispose();
        Assert.Equal(1, sessions.Held);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789abcdeg")]
    [InlineData(" 123456789abcdef")]
    public void What_is_no_name_is_no_name(string? text) => Assert.False(SessionId.TryParse(text, out _));

    [Fact]
    public void Every_session_is_in_one_slice()
    {
        var sessions = new SessionsRig().Sessions;
        var all = Enumerable.Range(0, 100).Select(_ => sessions.TryOpen(Owner)!).ToHashSet();

        var sliced = Enumerable.Range(0, OpenSessions.Slices).SelectMany(sessions.Slice).ToList();

        Assert.Equal(100, sliced.Count);
        Assert.True(all.SetEquals(sliced));
    }

    [Fact]
    public async Task The_first_reason_for_an_end_stays_also_before_there_is_a_tunnel()
    {
        var session = new SessionsRig().Sessions.TryOpen(Owner)!;
        session.RequestEnd(TunnelEnd.Drained);
        session.RequestEnd(TunnelEnd.ShuttingDown);

        var (running, client, backend) = await SessionsRig.RunAsync(session);

        Assert.Equal("1012 drained by an operator", await client.ReadCloseAsync(masked: false));
        client.Dispose();
        backend.Dispose();
        Assert.Equal(TunnelEnd.Drained, (await running.Soon()).End);
    }

    [Fact]
    public void Nothing_is_opened_once_a_drain_has_begun()
    {
        var sessions = new SessionsRig().Sessions;

        Assert.Empty(sessions.BeginDrain());

        Assert.True(sessions.IsDraining);
        Assert.True(sessions.Emptied.IsCompleted);
        Assert.Null(sessions.TryOpen(Owner));
        Assert.Equal(0, sessions.Held);
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
