using System.Net;
using System.Net.Sockets;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;
using static Serverless.Relay.Tests.Upstream.Dialing;

namespace Serverless.Relay.Tests.Upstream;

public sealed class UpstreamDialerFailureTests
{
    [Fact]
    public async Task A_port_that_nobody_listens_on_is_unreachable()
    {
        // Bound and not listening: the port is refused, and nobody else gets it meanwhile.
        using var bound = new Socket(SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await Dialer().OpenAsync(Request(Usage($"ws://127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}")), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendUnreachable);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        await Dialer().OpenAsync(Request(Usage("ws://nowhere.invalid")), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendUnreachable);
    }

    [Fact]
    public async Task A_backend_that_never_answers_times_out()
    {
        await using var backend = RawBackend.Answering("");

        await Dialer(TimeSpan.FromMilliseconds(200)).OpenAsync(Request(backend.Usage()), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendTimeout);
    }

    [Fact]
    public async Task A_backend_that_never_begins_tls_times_out()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var usage = Usage($"wss://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        await Dialer(TimeSpan.FromMilliseconds(200)).OpenAsync(Request(usage), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendTimeout);
    }

    [Fact]
    public async Task A_backend_that_speaks_no_tls_fails_it()
    {
        await using var backend = RawBackend.Answering(Opened);
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var accepting = AnswerPlainlyAsync(plain);

        var usage = Usage($"wss://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}");
        await Dialer().OpenAsync(Request(usage), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendTlsFailed);
        await accepting.Soon();

        static async Task AnswerPlainlyAsync(TcpListener listener)
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 101\r\nUpgrade: websocket\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    public async Task What_is_not_http_is_no_handshake(string answer)
    {
        await using var backend = RawBackend.Answering(answer);

        await backend.OpenAsync().AssertFailedAsync(RefusalReason.BackendHandshakeInvalid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Swi")]
    public async Task A_connection_that_ends_before_the_answer_is_no_handshake(string answer)
    {
        await using var backend = RawBackend.Answering(async stream =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            await stream.DisposeAsync();
        });

        await backend.OpenAsync().AssertFailedAsync(RefusalReason.BackendHandshakeInvalid);
    }

    public static TheoryData<string, string> Unproven => new()
    {
        { "another key's accept", Opened.Replace(Accept, "HSmrc0sMlYUkAGmm5OPpG2HaGWk=", StringComparison.Ordinal) },
        { "no accept", Opened.Replace("Sec-WebSocket-Accept", "X", StringComparison.Ordinal) },
        { "two accepts", Opened[..^2] + $"Sec-WebSocket-Accept: {Accept}\r\n\r\n" },
        { "no upgrade", Opened.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal) },
        { "another upgrade", Opened.Replace("Upgrade: websocket", "Upgrade: h2c", StringComparison.Ordinal) },
        { "two upgrades", Opened.Replace("Upgrade: websocket", "Upgrade: websocket, h2c", StringComparison.Ordinal) },
        { "no connection", Opened.Replace("Connection: Upgrade\r\n", "", StringComparison.Ordinal) },
        { "connection without upgrade", Opened.Replace("Connection: Upgrade", "Connection: xUpgrade", StringComparison.Ordinal) },
        { "a protocol not offered", Opened[..^2] + "Sec-WebSocket-Protocol: c\r\n\r\n" },
        { "a protocol in another case", Opened[..^2] + "Sec-WebSocket-Protocol: A\r\n\r\n" },
        { "two protocols", Opened[..^2] + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n\r\n" },
        { "an extension not offered", Opened[..^2] + "Sec-WebSocket-Extensions: permessage-deflate, bar\r\n\r\n" },
        { "an extension twice", Opened[..^2] + "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n\r\n" },
        { "a parameter not offered", Opened[..^2] + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n\r\n" },
        { "a body", Opened[..^2] + "Content-Length: 5\r\n\r\nhello" },
        { "chunks", Opened[..^2] + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" },
        { "HTTP/1.0", Opened.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Unproven))]
    public async Task A_101_that_proves_nothing_is_no_handshake(string what, string answer)
    {
        await using var backend = RawBackend.Answering(answer);

        var opened = await Dialer().OpenAsync(
            Request(backend.Usage(), "/", ("Sec-WebSocket-Protocol", "a, b"), ("Sec-WebSocket-Extensions", "permessage-deflate")),
            CancellationToken.None).Soon();

        Assert.True(
            opened is UpgradeAnswer.Failed { Refusal.Reason: RefusalReason.BackendHandshakeInvalid }, what);
    }

    [Theory]
    [InlineData("X-A", "1\r\nX-B: 2")]
    [InlineData("X-A", "1\nX-B: 2")]
    [InlineData("X-A", "\0")]
    [InlineData("X A", "1")]
    [InlineData("X-A:", "1")]
    public async Task A_header_that_leaves_its_line_is_not_sent(string name, string value)
    {
        await using var backend = RawBackend.Answering(Opened);

        await Dialer().OpenAsync(Request(backend.Usage(), "/", (name, value)), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.HandshakeInvalid);

        Assert.Empty(backend.Heads);
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/a\r\nX: 1")]
    [InlineData("/é")]
    [InlineData("a")]
    public async Task A_target_that_leaves_its_line_is_not_sent(string target)
    {
        await using var backend = RawBackend.Answering(Opened);

        await Dialer().OpenAsync(Request(backend.Usage(), target), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.HandshakeInvalid);

        Assert.Empty(backend.Heads);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_dialling()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = RawBackend.Answering(_ =>
        {
            asked.SetResult();
            return Task.CompletedTask;
        });
        using var gone = new CancellationTokenSource();

        var opening = Dialer().OpenAsync(Request(backend.Usage()), gone.Token);
        await asked.Task.Soon();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.Soon());
    }

    private static BackendUsage Usage(string url) => new() { Backend = "raw", Path = "/", PrivateBaseUrl = new Uri(url) };
}
