using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Sockets;

public sealed class LoopTransportTests
{
    [LinuxFact]
    public async Task Requests_on_one_connection_are_answered_in_turn()
    {
        await using var server = await LoopServer.StartAsync(http => http.Response.WriteAsync(http.Request.Path));
        using var client = await server.ConnectAsync();

        foreach (var path in new[] { "/first", "/second", "/third" })
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));

            Assert.Contains(path, await ReadUntilAsync(client, "\r\n0\r\n\r\n"), StringComparison.Ordinal);
        }
    }

    [LinuxFact]
    public async Task A_large_body_arrives_unchanged()
    {
        await using var server = await LoopServer.StartAsync(
            async http => await http.Response.Body.WriteAsync(await SHA256.HashDataAsync(http.Request.Body)));
        using var http = new HttpClient { BaseAddress = server.Address };
        var body = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);

        using var content = new ByteArrayContent(body);
        using var answer = await http.PostAsync("/", content).Soon();

        Assert.Equal(SHA256.HashData(body), await answer.Content.ReadAsByteArrayAsync().Soon());
    }

    [LinuxFact]
    public async Task The_addresses_of_both_ends_are_known()
    {
        await using var server = await LoopServer.StartAsync(
            http => http.Response.WriteAsync($"{http.Connection.RemotePort}>{http.Connection.LocalIpAddress}:{http.Connection.LocalPort}"));
        using var client = await server.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());

        var own = ((IPEndPoint)client.Socket.LocalEndPoint!).Port;
        var answer = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.EndsWith($"\r\n\r\n{own}>127.0.0.1:{server.Address.Port}", answer, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task Every_address_of_IPv6_is_every_address_of_IPv4_too()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        await using var server = await LoopServer.StartAsync(
            http => http.Response.WriteAsync(http.Connection.RemoteIpAddress!.ToString()), IPAddress.IPv6Any);
        using var client = await server.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());

        var answer = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.EndsWith("\r\n\r\n::ffff:127.0.0.1", answer, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_request_hears_that_its_client_is_gone()
    {
        var gone = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var server = await LoopServer.StartAsync(http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            begun.SetResult();
            return gone.Task;
        });
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await begun.Task.Soon();

        client.Reset();

        await gone.Task.Soon();
    }

    [LinuxFact]
    public async Task An_aborted_request_ends_in_a_reset()
    {
        await using var server = await LoopServer.StartAsync(async http =>
        {
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        using var client = await server.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());

        var error = await Assert.ThrowsAsync<IOException>(client.ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, ((SocketException)error.InnerException!).SocketErrorCode);
    }

    [LinuxFact]
    public async Task A_client_that_does_not_read_holds_up_the_answer()
    {
        var written = 0L;
        await using var server = await LoopServer.StartAsync(async http =>
        {
            var block = new byte[64 * 1024];
            for (var i = 0; i < 1024; i++)
            {
                await http.Response.Body.WriteAsync(block, http.RequestAborted);
                Interlocked.Add(ref written, block.Length);
            }
        });
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        await client.ReadAsync(1024 * 1024);

        // The kernel's buffers on both sides take a few MiB, and Kestrel's pipe 64 KiB.
        Assert.InRange(Interlocked.Read(ref written), 1, 32 * 1024 * 1024);
        Assert.True((await client.ReadToEndAsync()).Length > 60 * 1024 * 1024);
    }

    private static async Task<string> ReadUntilAsync(Wire wire, string end)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            text.Append((char)(await wire.ReadAsync(1))[0]);
        }

        return text.ToString();
    }
}
