using System.Net;
using System.Net.Sockets;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sockets;

public sealed class LoopStreamTests : IDisposable
{
    private readonly EventLoops _loops = new(() => 2);

    [LinuxFact]
    public async Task An_empty_read_waits_until_there_is_something()
    {
        var (near, far) = await Wire.ConnectAsync(_loops);
        await using var stream = near;
        using var peer = far;

        var waiting = near.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waiting.IsCompleted);
        await far.SendAsync("x"u8.ToArray());

        Assert.Equal(0, await waiting.Soon());
        Assert.Equal(1, await near.ReadAsync(new byte[10]).Soon());
    }

    [LinuxFact]
    public async Task A_read_can_be_given_up_and_the_next_one_gets_all()
    {
        var (near, far) = await Wire.ConnectAsync(_loops);
        await using var stream = near;
        using var peer = far;
        using var enough = new CancellationTokenSource();

        var givenUp = near.ReadAsync(new byte[10], enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Soon());
        await far.SendAsync("abc"u8.ToArray());

        Assert.Equal(3, await near.ReadAsync(new byte[10]).Soon());
    }

    [LinuxFact]
    public async Task A_write_waits_for_room_and_ends_with_the_connection()
    {
        var (near, far) = await Wire.ConnectAsync(_loops);
        await using var stream = near;
        var block = new byte[1024 * 1024];
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await near.WriteAsync(block);
            }
        });
        await far.ReadAsync(block.Length);

        far.Reset();

        await Assert.ThrowsAsync<IOException>(() => writing.Soon());
    }

    [LinuxFact]
    public async Task Who_waits_when_it_is_disposed_is_told()
    {
        var (near, far) = await Wire.ConnectAsync(_loops);
        using var peer = far;
        var waiting = near.ReadAsync(new byte[10]).AsTask();

        await near.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Soon());
        await far.AssertEndedAsync();
    }

    [LinuxFact]
    public async Task A_socket_works_on_the_loop_that_it_has_moved_to()
    {
        var (near, far) = await Wire.ConnectAsync(_loops);
        await using var stream = near;
        using var peer = far;
        var socket = ((LoopStream)near).Socket;
        var other = Enumerable.Range(0, 2).Select(_ => _loops.Next()).First(loop => loop != socket.Loop);

        await socket.MoveAsync(other).Soon();
        var waiting = near.ReadAsync(new byte[10]).AsTask();
        await far.SendAsync("x"u8.ToArray());

        Assert.Equal(1, await waiting.Soon());
        Assert.Same(other, socket.Loop);
    }

    [LinuxFact]
    public async Task A_refused_connection_says_so()
    {
        using var unused = new Socket(SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var error = await Assert.ThrowsAsync<SocketException>(
            () => LoopSocket.ConnectAsync(_loops.Next(), (IPEndPoint)unused.LocalEndPoint!, CancellationToken.None).Soon());

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [LinuxFact]
    public async Task An_attempt_to_connect_can_be_given_up()
    {
        // A listener whose queue is full: what comes then is left waiting.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var address = (IPEndPoint)full.LocalEndPoint!;
        using var enough = new CancellationTokenSource();
        var attempts = Enumerable.Range(0, 4).Select(_ => LoopSocket.ConnectAsync(_loops.Next(), address, enough.Token)).ToArray();
        await Task.WhenAny(attempts).Soon();

        await enough.CancelAsync();

        var given = await Task.WhenAll(attempts).ContinueWith(_ => attempts.Count(a => a.IsCanceled), TaskScheduler.Default).Soon();
        Assert.InRange(given, 1, 3);
        foreach (var connected in attempts.Where(a => a.IsCompletedSuccessfully))
        {
            (await connected).Dispose();
        }
    }

    public void Dispose() => _loops.Dispose();
}
