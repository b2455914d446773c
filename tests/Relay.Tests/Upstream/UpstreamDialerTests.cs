using System.Text;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;
using static Serverless.Relay.Tests.Upstream.Dialing;

namespace Serverless.Relay.Tests.Upstream;

public sealed class UpstreamDialerTests
{
    [Fact]
    public async Task Repeats_the_handshake_under_the_backends_own_host_and_path()
    {
        await using var backend = RawBackend.Answering(Opened);

        var answer = await Dialer().OpenAsync(
            Request(backend.Usage(path: "/v1/"), "/a%2Fb?x=%20", ("Origin", "https://a.example"), ("Cookie", "é=1")),
            CancellationToken.None).Soon();

        await using var connection = Assert.IsType<UpgradeAnswer.Opened>(answer).Connection;
        var cookie = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("é=1"));
        Assert.Equal(
            $"GET /v1/a%2Fb?x=%20 HTTP/1.1\r\nHost: 127.0.0.1:{backend.Port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\nOrigin: https://a.example\r\nCookie: {cookie}\r\n\r\n",
            Assert.Single(backend.Heads));
    }

    [Fact]
    public async Task Gives_the_bytes_after_the_head_first_and_then_the_rest_both_ways()
    {
        await using var backend = RawBackend.Answering(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Opened + "early"));
            var two = new byte[2];
            await stream.ReadExactlyAsync(two);
            await stream.WriteAsync(two);
            await stream.DisposeAsync();
        });

        var opened = Assert.IsType<UpgradeAnswer.Opened>(await backend.OpenAsync());
        await using var connection = opened.Connection;
        Assert.Equal(0, await connection.ReadAsync(Memory<byte>.Empty).Soon());
        await connection.WriteAsync("hi"u8.ToArray()).Soon();

        Assert.Equal("earlyhi", await connection.TextAsync());
    }

    [Fact]
    public async Task Passes_the_end_to_end_headers_of_a_101_alone()
    {
        await using var backend = RawBackend.Answering(
            "HTTP/1.1 101 Go\r\nupgrade: WebSocket\r\nConnection: keep-alive, UPGRADE, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
            + $"Content-Length: 0\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nSec-WebSocket-Accept: {Accept}\r\n\r\n");

        var opened = Assert.IsType<UpgradeAnswer.Opened>(await backend.OpenAsync());

        await opened.Connection.DisposeAsync();
        Assert.Equal(
            [new("Set-Cookie", "a=1"), new("Set-Cookie", "b=2"), new("Sec-WebSocket-Accept", Accept)], opened.Headers);
    }

    [Fact]
    public async Task Leaves_out_headers_that_are_the_dialers_own()
    {
        await using var backend = RawBackend.Answering(Opened);

        await Dialer().OpenAsync(
            Request(backend.Usage(), "/", ("Host", "evil"), ("content-length", "0"), ("Connection", "close")),
            CancellationToken.None).Soon().AssertOpenedAsync();

        var head = Assert.Single(backend.Heads);
        Assert.DoesNotContain("evil", head, StringComparison.Ordinal);
        Assert.DoesNotContain("content-length", head, StringComparison.Ordinal);
        Assert.DoesNotContain("close", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_a_protocol_and_extensions_that_were_offered()
    {
        await using var backend = RawBackend.Answering(
            Opened[..^2] + "Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: foo; x=\"1,2\"\r\n\r\n");

        var answer = await Dialer().OpenAsync(
            Request(
                backend.Usage(), "/", ("Sec-WebSocket-Protocol", "a, b"), ("Sec-WebSocket-Extensions", "foo; y, permessage-deflate")),
            CancellationToken.None).Soon();

        await using var connection = Assert.IsType<UpgradeAnswer.Opened>(answer).Connection;
    }

    [Fact]
    public async Task Waits_through_interim_answers()
    {
        await using var backend = RawBackend.Answering("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Opened);

        await backend.OpenAsync().AssertOpenedAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Go away\r\nWWW-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nnope", 401, "Go away", "nope")]
    [InlineData("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n", 404, "Not Found", "nope")]
    [InlineData("HTTP/1.1 503 Later\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n", 503, "Later", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and not this", 200, "OK", "ok")]
    [InlineData("HTTP/1.1 204 None\r\n\r\n", 204, "None", "")]
    public async Task Passes_any_other_answer_as_it_is(string raw, int status, string reason, string text)
    {
        await using var backend = RawBackend.Answering(raw);

        var declined = Assert.IsType<UpgradeAnswer.Declined>(await backend.OpenAsync());

        await using var body = declined.Body;
        Assert.Equal((status, reason), (declined.Status, declined.ReasonPhrase));
        Assert.Equal(text, await body.TextAsync());
        Assert.DoesNotContain(declined.Headers, h => h.Key == "Transfer-Encoding");
    }

    [Fact]
    public async Task Reads_a_declined_body_until_the_connection_ends()
    {
        await using var backend = RawBackend.Answering(async stream =>
        {
            await stream.WriteAsync("HTTP/1.0 400 Bad\r\n\r\nwhy "u8.ToArray());
            await stream.WriteAsync("not"u8.ToArray());
            await stream.DisposeAsync();
        });

        var declined = Assert.IsType<UpgradeAnswer.Declined>(await backend.OpenAsync());

        await using var body = declined.Body;
        Assert.Equal("why not", await body.TextAsync());
    }

    [Fact]
    public async Task Ends_a_declined_connection_with_its_body_and_uses_it_for_nothing_else()
    {
        await using var backend = RawBackend.Answering("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
        var dialer = Dialer();

        for (var i = 0; i < 2; i++)
        {
            var answer = await dialer.OpenAsync(Request(backend.Usage()), CancellationToken.None).Soon();
            await Assert.IsType<UpgradeAnswer.Declined>(answer).Body.DisposeAsync();
        }

        Assert.Equal(2, backend.Heads.Count);
    }

    [Fact]
    public async Task Reaches_a_backend_by_name_on_whichever_address_listens()
    {
        await using var backend = RawBackend.Answering(Opened);

        await backend.OpenAsync(host: "localhost").AssertOpenedAsync();
    }
}
