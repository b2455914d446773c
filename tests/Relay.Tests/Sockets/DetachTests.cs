using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Relay.Sockets;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sockets;

public sealed class DetachTests
{
    private static readonly byte[] Upgrade = Encoding.ASCII.GetBytes(LoopServer.Upgrade);

    [LinuxFact]
    public async Task Bytes_in_the_same_segment_as_the_request_are_handed_over_once()
    {
        await using var server = await LoopServer.EchoDetachedAsync();
        using var client = await server.ConnectAsync();

        await client.SendAsync([.. Upgrade, .. "early"u8]);
        await ReadHeadAsync(client);

        Assert.Equal("early"u8.ToArray(), await client.ReadAsync(5));
        await client.SendAsync("late"u8.ToArray());
        Assert.Equal("late"u8.ToArray(), await client.ReadAsync(4));
    }

    [LinuxFact]
    public async Task More_early_bytes_than_Kestrel_would_hold_come_through_whole()
    {
        await using var server = await LoopServer.EchoDetachedAsync();
        using var client = await server.ConnectAsync();
        var early = new byte[4 * 1024 * 1024];
        Random.Shared.NextBytes(early);

        var sending = client.SendAsync([.. Upgrade, .. early]);
        await ReadHeadAsync(client);

        Assert.Equal(early, await client.ReadAsync(early.Length));
        await sending;
    }

    [LinuxFact]
    public async Task The_end_of_a_detached_connection_is_the_end_of_the_clients()
    {
        await using var server = await LoopServer.StartAsync(async http =>
        {
            await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await using var detached = await http.Features.GetRequiredFeature<IDetachableConnection>().TryDetachAsync();
            await detached!.WriteAsync("bye"u8.ToArray());
        });
        using var client = await server.ConnectAsync();

        await client.SendAsync(Upgrade);

        Assert.EndsWith("\r\n\r\nbye", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_connection_that_has_ended_is_not_handed_over()
    {
        var answer = new TaskCompletionSource<LoopStream?>();
        await using var server = await LoopServer.StartAsync(async http =>
        {
            var gone = new TaskCompletionSource();
            http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            answer.SetResult(await http.Features.GetRequiredFeature<IDetachableConnection>().TryDetachAsync());
        });
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync(Upgrade);
            client.Reset();
        }

        Assert.Null(await answer.Task.Soon());
    }

    [LinuxFact]
    public async Task A_thousand_rounds_lose_no_byte_and_no_descriptor()
    {
        await using var server = await LoopServer.EchoDetachedAsync();
        for (var round = 0; round < 1000; round++)
        {
            using var client = await server.ConnectAsync();
            var early = Encoding.ASCII.GetBytes($"round {round}");

            await client.SendAsync([.. Upgrade, .. early]);
            await ReadHeadAsync(client);

            Assert.Equal(early, await client.ReadAsync(early.Length));
        }

        // The last ones may still be on their way out.
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        while (Held(server.Address.Port) > 0)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    // Connections of which the server has not closed its end: ESTABLISHED and CLOSE_WAIT.
    private static int Held(int port) => File.ReadLines("/proc/net/tcp")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(row => row[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && row[3] is ("01" or "08"));

    private static async Task ReadHeadAsync(Wire wire)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await wire.ReadAsync(1))[0]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
    }
}
