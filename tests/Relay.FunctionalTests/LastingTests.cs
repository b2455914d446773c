using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What a relay, as a process of its own, holds when much has come and gone, and when nobody reads.</summary>
public sealed class LastingTests : GatewayTests
{
    private const int Rounds = 1_000;
    private const int AtATime = 10;
    private const int Flooded = 20;

    // Of the process, beyond the tunnels: what is compiled, pooled and not yet collected while they run.
    private const long Slack = 24L * 1024 * 1024;

    // What is held of one flood: a buffer of 64 KiB for each direction, and what Kestrel's pipes hold over streams: 128 KiB in
    // and 64 KiB out.
    private const long OfOneFlood = 320 * 1024;

    [Fact]
    public async Task A_thousand_clients_that_come_and_go_leave_nothing()
    {
        await using var relay = Start();
        var gateway = await ServingAsync(relay);
        await ComeAndGoAsync(gateway, 10 * AtATime);
        var before = Descriptors(relay);

        await ComeAndGoAsync(gateway, Rounds);

        await UntilAsync(() => Descriptors(relay) <= before + AtATime, () => $"{Descriptors(relay)} descriptors, {before} before");
        Assert.Equal(0, await MetricAsync(relay, "relay_tunnels_active{"));
        Assert.Equal(0, await MetricAsync(relay, "relay_connections_active "));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("streams")]
    public async Task Floods_that_nobody_reads_are_held_within_their_bound(string engine)
    {
        await using var relay = Start(("Relay__Tunnel__Engine", engine));
        var gateway = await ServingAsync(relay);
        await ComeAndGoAsync(gateway, 10 * AtATime);
        Server.Instead = FloodAsync;
        var before = Memory(relay);

        // Neither side reads, and both send whatever is taken.
        var flooding = Enumerable.Range(0, Flooded).Select(_ => FloodAsync(gateway)).ToArray();
        await Task.WhenAll(flooding).Soon();

        Assert.InRange(Memory(relay) - before, long.MinValue, (Flooded * OfOneFlood) + Slack);
        foreach (var client in flooding)
        {
            (await client).Dispose();
        }
    }

    private static async Task ComeAndGoAsync(Uri gateway, int rounds)
    {
        for (var round = 0; round < rounds; round += AtATime)
        {
            await Task.WhenAll(Enumerable.Range(round, AtATime).Select(number => ComeAndGoOnceAsync(gateway, number))).Soon();
        }
    }

    // In turn: a Close and its answer, a connection that breaks off, and a key that is refused.
    private static async Task ComeAndGoOnceAsync(Uri gateway, int number)
    {
        if (number % 3 == 2)
        {
            Assert.Equal(403, (await RawClient.SendAsync(gateway, RawClient.Handshake("/echo?user_key=nobody-has-this-key"))).Status);
            return;
        }

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{gateway.Authority}/echo?user_key={Keys.Good}"), CancellationToken.None).Soon();
        Assert.Equal("something", await socket.ReceiveTextAsync());
        if (number % 3 == 0)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
        }
    }

    // Sends until nothing is taken any more; there is no event for that, so it is given a while.
    private static async Task<Socket> FloodAsync(Uri gateway)
    {
        var client = new TcpClient(gateway.Host, gateway.Port) { NoDelay = true };
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(RawClient.Handshake($"/echo?user_key={Keys.Good}")));
        var head = new byte[1];
        Assert.Equal(1, await client.GetStream().ReadAsync(head.AsMemory()).Soon());
        byte[] frame = [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. new byte[64 * 1024]];
        client.Client.SendTimeout = 1_000;

        // On a thread of its own: those of the pool, which it would hold for seconds, are what the other tests run on.
        await Task.Factory.StartNew(
            () => SendUntilStuck(client.Client, frame), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return client.Client;
    }

    private static void SendUntilStuck(Socket socket, byte[] frame)
    {
        try
        {
            while (true)
            {
                socket.Send(frame);
            }
        }
        catch (SocketException)
        {
            // Nothing is taken any more.
        }
    }

    private static async Task FloodAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var message = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, http.RequestAborted);

                // Kestrel takes all that is sent to a connection that is gone, at once, and it says so on the thread pool, which
                // twenty floods must leave something of.
                await Task.Yield();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or WebSocketException)
        {
            // The test is over.
        }
    }

    // Without a line for every client that comes and goes.
    private ChildProcess Start(params (string Name, string Value)[] settings) => RelayProcess.Start(RelayProcess.Sound(
        Functions, [("Logging__LogLevel__Serverless.Relay.Handshake.TunnelKeeper", "Warning"), .. settings]));

    private static async Task<Uri> ServingAsync(ChildProcess relay)
    {
        var gateway = (await relay.LineAsync(RelayProcess.GatewayLine())).Groups[1].Value;
        await relay.LineAsync(RelayProcess.ServingLine());
        return new Uri(gateway);
    }

    private static int Descriptors(ChildProcess relay) => Directory.GetFileSystemEntries($"/proc/{relay.Id}/fd").Length;

    private static long Memory(ChildProcess relay)
    {
        var line = File.ReadLines($"/proc/{relay.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static async Task<long> MetricAsync(ChildProcess relay, string series)
    {
        var management = (await relay.LineAsync(RelayProcess.ManagementLine())).Groups[1].Value;
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri($"{management}/metrics")).Soon()).Split('\n');
        var line = Assert.Single(lines, line => line.StartsWith(series, StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
