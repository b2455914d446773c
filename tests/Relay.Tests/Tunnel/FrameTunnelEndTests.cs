using System.Net.Sockets;
using System.Text;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

public class FrameTunnelEndTests : TunnelTests
{
    [Fact]
    public async Task A_close_of_the_client_passes_with_code_and_reason_and_so_does_the_answer()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync(Frame.Close(4001, "done here", masked: true));
        Assert.Equal("4001 done here", await rig.Backend.ReadCloseAsync(masked: true));
        await rig.Backend.SendAsync(Frame.Close(4002, "so long", masked: false));
        Assert.Equal("4002 so long", await rig.Client.ReadCloseAsync(masked: false));

        // The client hears the end from the relay, which hears it from the backend.
        await rig.Client.AssertEndedAsync();
        Assert.False(rig.IsOver);
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ClosedByClient, code: 4001);
    }

    [Fact]
    public async Task A_close_of_the_backend_passes_and_what_the_client_still_sends_too()
    {
        await using var rig = await StartAsync();

        await rig.Backend.SendAsync(Frame.Close(1001, "going", masked: false));
        Assert.Equal("1001 going", await rig.Client.ReadCloseAsync(masked: false));
        await rig.Client.SendAsync(Frame.Of(Frame.Text, "late"u8, masked: true));
        await rig.Client.SendAsync(Frame.Close(1001, "", masked: true));

        Assert.Equal("late", Encoding.UTF8.GetString((await rig.Backend.ReadFrameAsync()).Payload));
        Assert.Equal("1001 ", await rig.Backend.ReadCloseAsync(masked: true));
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ClosedByBackend, code: 1001);
    }

    [Fact]
    public async Task A_client_may_stop_writing_after_its_close_and_still_hears_the_answer()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync(Frame.Close(1000, "", masked: true));
        rig.Client.Socket.Shutdown(SocketShutdown.Send);
        await rig.Backend.ReadCloseAsync(masked: true);
        await rig.Backend.SendAsync([.. Frame.Message(9, masked: false), .. Frame.Close(1000, "", masked: false)]);

        Assert.Equal(9, (await rig.Client.ReadFrameAsync()).Payload.Length);
        await rig.Client.ReadCloseAsync(masked: false);
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ClosedByClient, code: 1000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_stops_in_the_middle_of_a_frame_does_not_keep_a_tunnel_from_ending(bool isClient)
    {
        await using var rig = await StartAsync(closeTimeout: TimeSpan.FromMilliseconds(50));
        var (from, to) = isClient ? (rig.Client, rig.Backend) : (rig.Backend, rig.Client);
        await from.SendAsync(Frame.Message(100, masked: isClient).AsMemory(..50));
        await to.ReadAsync(50);

        rig.Tunnel.RequestEnd(TunnelEnd.MaxAgeReached);

        Assert.True((await rig.Result).Dropped);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_backend_is_told_to_the_client(bool reset)
    {
        await using var rig = await StartAsync();

        Lose(rig.Backend, reset);

        Assert.Equal("1011 backend connection lost", await rig.Client.ReadCloseAsync(masked: false));
        await rig.Client.SendAsync(Frame.Close(1011, "", masked: true));
        await rig.Client.AssertEndedAsync();
        await AssertEndAsync(rig, TunnelEnd.BackendLost, code: 1011);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_client_is_told_to_the_backend(bool reset)
    {
        await using var rig = await StartAsync();

        Lose(rig.Client, reset);

        Assert.Equal("1001 client connection lost", await rig.Backend.ReadCloseAsync(masked: true));
        await rig.Backend.SendAsync(Frame.Close(1001, "", masked: false));
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ClientLost, code: 1001);
    }

    [Fact]
    public async Task A_backend_lost_in_the_middle_of_a_frame_costs_the_client_its_connection()
    {
        await using var rig = await StartAsync();
        var frame = Frame.Message(1000, masked: false);

        await rig.Backend.SendAsync(frame.AsMemory(0, 500));
        await rig.Client.ReadAsync(500);
        rig.Backend.Dispose();

        await rig.Client.AssertEndedAsync();
        await AssertEndAsync(rig, TunnelEnd.BackendLost, code: null, dropped: true);
    }

    [Fact]
    public async Task A_backend_that_ends_its_connection_instead_of_answering_a_close_is_lost()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync(Frame.Close(1000, "", masked: true));
        await rig.Backend.ReadCloseAsync(masked: true);
        rig.Backend.Dispose();

        Assert.Equal("1011 backend connection lost", await rig.Client.ReadCloseAsync(masked: false));
        await rig.Client.AssertEndedAsync();
        await AssertEndAsync(rig, TunnelEnd.BackendLost, code: 1000);
    }

    [Fact]
    public async Task A_close_that_the_backend_never_answers_ends_in_time()
    {
        await using var rig = await StartAsync(closeTimeout: TimeSpan.FromMilliseconds(200));

        await rig.Client.SendAsync(Frame.Close(1000, "", masked: true));

        Assert.Equal("1011 close not answered in time", await rig.Client.ReadCloseAsync(masked: false));
        await AssertEndAsync(rig, TunnelEnd.CloseTimedOut, code: 1000, dropped: true);
    }

    [Fact]
    public async Task A_close_that_the_client_never_answers_ends_in_time()
    {
        await using var rig = await StartAsync(closeTimeout: TimeSpan.FromMilliseconds(200));

        await rig.Backend.SendAsync(Frame.Close(1000, "", masked: false));

        Assert.Equal("1001 close not answered in time", await rig.Backend.ReadCloseAsync(masked: true));
        await AssertEndAsync(rig, TunnelEnd.CloseTimedOut, code: 1000, dropped: true);
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol_gets_1002_and_the_backend_1001()
    {
        await using var rig = await StartAsync();

        await rig.Client.SendAsync([.. Frame.Message(5, masked: true), .. Frame.Message(5, masked: false)]);

        Assert.Equal(5, (await rig.Backend.ReadFrameAsync()).Payload.Length);
        Assert.Equal("1001 client protocol error", await rig.Backend.ReadCloseAsync(masked: true));
        Assert.Equal("1002 protocol error", await rig.Client.ReadCloseAsync(masked: false));
        await rig.Backend.SendAsync(Frame.Close(1001, "", masked: false));
        rig.Backend.Dispose();
        rig.Client.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ClientProtocolError, code: 1001);
    }

    [Fact]
    public async Task A_backend_that_breaks_the_protocol_gets_1002_and_the_client_1001()
    {
        await using var rig = await StartAsync();

        await rig.Backend.SendAsync([.. Frame.Message(5, masked: false), 0x83, 0x00]);

        Assert.Equal(5, (await rig.Client.ReadFrameAsync()).Payload.Length);
        Assert.Equal("1001 backend protocol error", await rig.Client.ReadCloseAsync(masked: false));
        Assert.Equal("1002 protocol error", await rig.Backend.ReadCloseAsync(masked: true));
        await rig.Client.SendAsync(Frame.Close(1001, "", masked: true));
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.BackendProtocolError, code: 1001);
    }

    [Fact]
    public async Task A_stopping_relay_tells_both_sides_and_waits_for_their_answers()
    {
        await using var rig = await StartAsync();

        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);

        Assert.Equal("1001 gateway is shutting down", await rig.Client.ReadCloseAsync(masked: false));
        Assert.Equal("1001 gateway is shutting down", await rig.Backend.ReadCloseAsync(masked: true));
        await rig.Client.SendAsync(Frame.Close(1001, "", masked: true));
        await rig.Backend.SendAsync(Frame.Close(1001, "", masked: false));
        rig.Backend.Dispose();
        await rig.Client.AssertEndedAsync();
        await AssertEndAsync(rig, TunnelEnd.ShuttingDown, code: 1001);
    }

    [Fact]
    public async Task A_frame_that_is_under_way_is_finished_before_the_relay_says_close()
    {
        await using var rig = await StartAsync();
        var frame = Frame.Message(1000, masked: false);
        await rig.Backend.SendAsync(frame.AsMemory(0, 500));
        var first = await rig.Client.ReadAsync(500);

        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);
        await rig.Backend.ReadCloseAsync(masked: true);
        await rig.Backend.SendAsync([.. frame[500..], .. Frame.Message(7, masked: false), .. Frame.Close(1001, "", masked: false)]);

        var second = await rig.Client.ReadAsync(frame.Length - 500);
        Assert.Equal(frame, first.Concat(second));
        Assert.Equal("1001 gateway is shutting down", await rig.Client.ReadCloseAsync(masked: false));
        await rig.Client.SendAsync(Frame.Close(1001, "", masked: true));
        rig.Backend.Dispose();
        await AssertEndAsync(rig, TunnelEnd.ShuttingDown, code: 1001);
        Assert.Equal(1, rig.Tunnel.FromBackend.Messages);
    }

    [Fact]
    public async Task Peers_that_do_not_answer_a_stopping_relay_are_dropped_in_time()
    {
        await using var rig = await StartAsync(closeTimeout: TimeSpan.FromMilliseconds(200));

        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);

        await AssertEndAsync(rig, TunnelEnd.ShuttingDown, code: null, dropped: true);
    }

    [Fact]
    public async Task Only_the_first_reason_counts()
    {
        await using var rig = await StartAsync();

        rig.Tunnel.RequestEnd(TunnelEnd.ShuttingDown);
        rig.Tunnel.RequestEnd(TunnelEnd.RelayFault);
        rig.Client.Dispose();
        rig.Backend.Dispose();

        Assert.Equal(TunnelEnd.ShuttingDown, (await rig.Result).End);
    }

    [Fact]
    public async Task Who_closed_first_is_known_even_when_the_answer_overtakes_the_write()
    {
        var (near, client) = await Wire.ConnectAsync();
        using var peer = client;
        using var backend = new HastyStream(Frame.Close(1000, "", masked: false));
        var running = new FrameTunnel(near, backend, new TunnelTerms(), new TunnelOptions(), TimeProvider.System, (_, _) => { }).RunAsync();

        await client.SendAsync(Frame.Close(1000, "", masked: true));
        await client.ReadCloseAsync(masked: false);
        backend.EndWrite();

        Assert.Equal(TunnelEnd.ClosedByClient, (await running.Soon()).End);
    }

    [Fact]
    public async Task A_fault_of_the_relays_own_ends_the_tunnel_and_names_the_exception()
    {
        var (near, client) = await Wire.ConnectAsync();
        using var faulty = new FaultyStream();
        using var peer = client;

        var result = await new FrameTunnel(near, faulty, new TunnelTerms(), new TunnelOptions(), TimeProvider.System, (_, _) => { }).RunAsync();

        Assert.Equal(TunnelEnd.RelayFault, result.End);
        Assert.IsType<InvalidTimeZoneException>(result.Fault);
    }

    [Fact]
    public void Every_end_has_its_row()
    {
        foreach (var end in Enum.GetValues<TunnelEnd>())
        {
            Assert.Equal(end, end.Row().End);
        }

        Assert.Equal(Enum.GetValues<TunnelEnd>().Length, Enum.GetValues<TunnelEnd>().Select(e => e.Row().Tag).Distinct().Count());
    }

    private static void Lose(Wire peer, bool reset)
    {
        if (reset)
        {
            peer.Reset();
        }
        else
        {
            peer.Dispose();
        }
    }

    private static async Task AssertEndAsync(TunnelRig rig, TunnelEnd end, int? code, bool dropped = false)
    {
        var result = await rig.Result;
        Assert.Equal((end, (ushort?)code, dropped), (result.End, result.CloseCode, result.Dropped));
    }

    /// <summary>Answers a write before the write has ended.</summary>
    private sealed class HastyStream(byte[] answer) : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private byte[] _answer = answer;

        public void EndWrite() => _ended.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.SetResult();
            await _ended.Task.Soon();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _written.Task.Soon();
            var count = Math.Min(buffer.Length, _answer.Length);
            _answer.AsSpan(0, count).CopyTo(buffer.Span);
            _answer = _answer[count..];
            return count;
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A stream with a bug.</summary>
    private sealed class FaultyStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidTimeZoneException("a bug");
    }
}
