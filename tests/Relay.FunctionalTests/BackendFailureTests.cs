using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Backends that cannot be reached, are silent, talk nonsense, or say no.</summary>
public class BackendFailureTests : GatewayTests
{
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Fact]
    public async Task A_backend_that_is_down_is_a_502()
    {
        await Server.DisposeAsync();
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, 502, "backend_unreachable", "Backend unreachable");
    }

    [Fact]
    public async Task A_backend_whose_certificate_nobody_signed_is_a_502()
    {
        await using var server = await Backend.StartAsync(tls: true);
        Promote(Snapshots.Echo(server.Address, version: 2));
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, 502, "backend_tls_failed", "Backend certificate not accepted");
        Assert.Empty(server.Heard);
    }

    [Fact]
    public async Task A_backend_that_never_answers_is_a_504()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Promote(Snapshots.Echo(new Uri($"http://{silent.LocalEndpoint}"), version: 2));
        await using var relay = await StartRelayAsync(("Relay:Upstream:HandshakeTimeout", "00:00:00.200"));

        await AssertRefusedAsync(relay, 504, "backend_timeout", "Backend timeout");
    }

    [Theory]
    [InlineData("220 mail.example.com ESMTP\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm9wZQ==\r\n\r\n")]
    [InlineData("")]
    public async Task A_backend_that_does_not_prove_its_handshake_is_a_502(string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var talking = TalkAsync(listener, said);
        Promote(Snapshots.Echo(new Uri($"http://{listener.LocalEndpoint}"), version: 2));
        await using var relay = await StartRelayAsync();

        await AssertRefusedAsync(relay, 502, "backend_handshake_invalid", "Invalid answer of the backend");
        await talking.Soon();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task A_backend_that_says_no_is_passed_on_as_it_is(int status)
    {
        Server.Instead = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"inner\"";
            http.Response.Headers.Append("X-Twice", "1");
            http.Response.Headers.Append("X-Twice", "2");
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<p>no</p>");
        };
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(Sound);

        Assert.Equal((status, "<p>no</p>"), (answer.Status, answer.Body));
        Assert.Equal("Basic realm=\"inner\"", answer.Headers["WWW-Authenticate"]);
        Assert.Equal(("1, 2", "text/html"), (answer.Headers["X-Twice"], answer.Headers["Content-Type"]));
        Assert.Equal($"serverless-gateway; received-status={status}", answer.Headers["Proxy-Status"]);
        Assert.DoesNotContain("Sec-WebSocket-Accept", answer.Headers.Keys);
    }

    private static async Task TalkAsync(TcpListener listener, string said)
    {
        using var peer = await listener.AcceptSocketAsync().Soon();
        await peer.ReceiveAsync(new byte[16 * 1024]).Soon();
        await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(said)).Soon();
        peer.Shutdown(SocketShutdown.Send);
        while (await peer.ReceiveAsync(new byte[1024]).Soon() > 0)
        {
        }
    }

    private static async Task AssertRefusedAsync(RunningRelay relay, int status, string code, string title)
    {
        var answer = await relay.SendAsync(Sound);

        Assert.Equal((status, code, title), (answer.Status, answer.Problem.Code, answer.Problem.Title));
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);
    }
}
