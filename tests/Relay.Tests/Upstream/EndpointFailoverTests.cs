using System.Net;
using System.Net.Sockets;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;
using static Serverless.Relay.Tests.Upstream.Dialing;

namespace Serverless.Relay.Tests.Upstream;

/// <summary>Handshakes with backends that have several endpoints.</summary>
public sealed class EndpointFailoverTests
{
    [Fact]
    public async Task A_dead_endpoint_costs_no_handshake()
    {
        using var dead = Bound();
        await using var alive = RawBackend.Answering(Opened);
        var usage = Usage(Url(dead), alive.Usage("/v1").PrivateBaseUrl);
        var dialer = Dialer();

        for (var i = 0; i < 4; i++)
        {
            await dialer.OpenAsync(Request(usage, "/chat"), CancellationToken.None).Soon().AssertOpenedAsync();
        }

        Assert.Equal(4, alive.Heads.Count);
        Assert.All(alive.Heads, head => Assert.StartsWith($"GET /v1/chat HTTP/1.1\r\nHost: 127.0.0.1:{alive.Port}\r\n", head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_go_to_all_that_are_alive()
    {
        await using var one = RawBackend.Answering(Opened);
        await using var other = RawBackend.Answering(Opened);
        var usage = Usage(one.Usage().PrivateBaseUrl, other.Usage().PrivateBaseUrl);
        var dialer = Dialer();

        for (var i = 0; i < 6; i++)
        {
            await dialer.OpenAsync(Request(usage), CancellationToken.None).Soon().AssertOpenedAsync();
        }

        Assert.Equal((3, 3), (one.Heads.Count, other.Heads.Count));
    }

    [Fact]
    public async Task An_endpoint_whose_certificate_is_refused_is_passed_by()
    {
        using var certificates = new TestCertificates();
        using var stranger = TestCertificates.SelfSigned("127.0.0.1");
        using var known = certificates.Sign("127.0.0.1");
        await using var bad = RawBackend.Answering(Opened, stranger);
        await using var good = RawBackend.Answering(Opened, known);
        var usage = Usage(bad.Usage().PrivateBaseUrl, good.Usage().PrivateBaseUrl) with
        {
            Tls = new BackendTls { CaCertificates = certificates.AuthorityPem },
        };

        await Dialer().OpenAsync(Request(usage), CancellationToken.None).Soon().AssertOpenedAsync();

        Assert.Empty(bad.Heads);
        Assert.Single(good.Heads);
    }

    [Fact]
    public async Task An_endpoint_that_never_begins_tls_leaves_time_for_the_next()
    {
        using var certificate = TestCertificates.SelfSigned("127.0.0.1");
        using var silent = Bound();
        silent.Listen();
        await using var good = RawBackend.Answering(Opened, certificate);
        var usage = Usage(new Uri(Url(silent).AbsoluteUri.Replace("ws:", "wss:", StringComparison.Ordinal)), good.Usage().PrivateBaseUrl) with
        {
            Tls = new BackendTls { Insecure = true },
        };

        await Dialer(TimeSpan.FromSeconds(2)).OpenAsync(Request(usage), CancellationToken.None).Soon().AssertOpenedAsync();
    }

    [Fact]
    public async Task One_that_hangs_up_before_a_byte_of_an_answer_is_passed_by_once()
    {
        await using var one = RawBackend.Answering(stream => stream.DisposeAsync().AsTask());
        await using var two = RawBackend.Answering(stream => stream.DisposeAsync().AsTask());
        await using var three = RawBackend.Answering(Opened);
        var usage = Usage(one.Usage().PrivateBaseUrl, two.Usage().PrivateBaseUrl, three.Usage().PrivateBaseUrl);
        var dialer = Dialer();

        await dialer.OpenAsync(Request(usage), CancellationToken.None).Soon().AssertFailedAsync(RefusalReason.BackendHandshakeInvalid);
        await dialer.OpenAsync(Request(usage), CancellationToken.None).Soon().AssertOpenedAsync();

        Assert.Equal((1, 2, 1), (one.Heads.Count, two.Heads.Count, three.Heads.Count));
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Swi")]
    [InlineData("SSH-2.0\r\n")]
    public async Task An_answer_of_any_kind_is_the_answer(string answer)
    {
        await using var first = RawBackend.Answering(async stream =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            await stream.DisposeAsync();
        });
        await using var second = RawBackend.Answering(Opened);

        var given = await Dialer().OpenAsync(
            Request(Usage(first.Usage().PrivateBaseUrl, second.Usage().PrivateBaseUrl)), CancellationToken.None).Soon();

        Assert.IsNotType<UpgradeAnswer.Opened>(given);
        Assert.Empty(second.Heads);
    }

    [Fact]
    public async Task When_none_can_be_reached_the_client_is_told_so()
    {
        using var one = Bound();
        using var other = Bound();

        await Dialer().OpenAsync(Request(Usage(Url(one), Url(other))), CancellationToken.None)
            .Soon().AssertFailedAsync(RefusalReason.BackendUnreachable);
    }

    // Bound and not listening: the port is refused, and nobody else gets it meanwhile.
    private static Socket Bound()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Uri Url(Socket bound) => new($"ws://127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}");

    private static BackendUsage Usage(Uri first, params Uri[] more) =>
        new() { Backend = "raw", Path = "/", PrivateBaseUrl = first, Endpoints = more };
}
