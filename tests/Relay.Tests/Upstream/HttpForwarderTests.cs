using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Upstream;

public sealed class HttpForwarderTests : IAsyncDisposable
{
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly UpstreamOptions _options = new();
    private readonly HttpClient _client;
    private readonly ForwardingClients _clients;
    private readonly HttpForwarder _forwarder;
    private readonly List<KestrelPeer> _peers = [];
    private Refusal? _refusal;
    private string? _hostRewrite;

    public HttpForwarderTests()
    {
        var options = Options.Create(_options);
        _client = new HttpClient(_handler);
        _clients = new ForwardingClients(Dialing.Certificates(_options), TimeProvider.System, NullLogger<ForwardingClients>.Instance);
        _forwarder = new HttpForwarder(
            _clients,
            new EndpointRotation(options, TimeProvider.System),
            options,
            TimeProvider.System,
            NullLogger<HttpForwarder>.Instance);
    }

    [Fact]
    public async Task Forwards_method_target_headers_and_body_and_the_answer_back()
    {
        var backend = await PeerAsync(async http =>
        {
            http.Response.StatusCode = 418;
            http.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = "Tea";
            http.Response.Headers.Append("X-Two", "1");
            http.Response.Headers.Append("X-Two", "2");
            http.Response.Headers.Connection = "X-Hop";
            http.Response.Headers["X-Hop"] = "gone";
            var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            var request = http.Request;
            await http.Response.WriteAsync(
                $"{request.Method} {target} {request.Host} {request.Headers["X-A"]} {request.ContentLength} {body}");
        });

        using var answer = await SendAsync(
            backend.Usage("/v1/"),
            "/a%2Fb/../c?x=%20",
            HttpMethod.Patch,
            new StringContent("hello"),
            ("X-A", "é"), ("Connection", "X-B"), ("X-B", "b"));

        Assert.Equal((418, "Tea"), ((int)answer.StatusCode, answer.ReasonPhrase));
        Assert.Equal(["1", "2"], answer.Headers.GetValues("X-Two"));
        Assert.False(answer.Headers.Contains("X-Hop"));
        Assert.Equal(
            $"PATCH /v1/a%2Fb/../c?x=%20 {new Uri(backend.Url).Authority} é 5 hello",
            await answer.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task Streams_each_event_as_it_comes()
    {
        var next = new SemaphoreSlim(0);
        var backend = await PeerAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.Body.FlushAsync();
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync();
                await http.Response.WriteAsync($"data: {i}\n\n");
            }
        });

        // The head comes before the first event, and each event before the next one is sent.
        using var answer = await SendAsync(backend.Usage(), "/events", HttpMethod.Get);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync().Soon());
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.Equal($"data: {i}", await reader.ReadLineAsync().Soon());
            await reader.ReadLineAsync().Soon();
        }
    }

    [Fact]
    public async Task Streams_an_upload_as_it_comes()
    {
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var backend = await PeerAsync(async http =>
        {
            var buffer = new byte[100];
            var read = await http.Request.Body.ReadAsync(buffer);
            first.SetResult(Encoding.ASCII.GetString(buffer, 0, read));
            await http.Response.WriteAsync(await new StreamReader(http.Request.Body).ReadToEndAsync());
        });

        var upload = new System.IO.Pipelines.Pipe();
        await upload.Writer.WriteAsync("one "u8.ToArray());
        var piecewise = new ForwardedBody(upload.Reader.AsStream(), null, () => { });
        var sending = SendAsync(backend.Usage(), "/", HttpMethod.Post, piecewise);
        Assert.Equal("one ", await first.Task.Soon());
        await upload.Writer.WriteAsync("two"u8.ToArray());
        await upload.Writer.CompleteAsync();

        using var answer = await sending;
        Assert.Equal("two", await answer.Content.ReadAsStringAsync().Soon());
    }

    [Theory]
    [InlineData("Location", "http://elsewhere.example/", 302)]
    [InlineData("Content-Encoding", "gzip", 200)]
    [InlineData("Set-Cookie", "a=b", 200)]
    public async Task Leaves_redirects_codings_and_cookies_to_the_client(string name, string value, int status)
    {
        var cookies = new List<string>();
        var backend = await PeerAsync(async http =>
        {
            cookies.Add(http.Request.Headers.Cookie.ToString());
            http.Response.StatusCode = status;
            http.Response.Headers[name] = value;
            await http.Response.WriteAsync("as it is");
        });

        for (var i = 0; i < 2; i++)
        {
            using var answer = await SendAsync(backend.Usage(), "/", HttpMethod.Get);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Contains(answer.Headers.Concat(answer.Content.Headers), h => h.Key == name && h.Value.Single() == value);
            Assert.Equal("as it is", await answer.Content.ReadAsStringAsync().Soon());
        }

        Assert.Equal(["", ""], cookies);
    }

    [Fact]
    public async Task Answers_head_without_a_body_and_with_its_length()
    {
        var backend = await PeerAsync(http =>
        {
            http.Response.ContentLength = 1234;
            return Task.CompletedTask;
        });

        using var answer = await SendAsync(backend.Usage(), "/", HttpMethod.Head);

        Assert.Equal(1234, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Keeps_one_client_for_each_origin_and_trust()
    {
        var backend = await PeerAsync(_ => Task.CompletedTask);

        for (var i = 0; i < 3; i++)
        {
            (await SendAsync(backend.Usage(), $"/{i}", HttpMethod.Get)).Dispose();
            (await SendAsync(backend.Usage(tls: new BackendTls { Insecure = true }), $"/{i}", HttpMethod.Get)).Dispose();
        }

        Assert.Equal(2, _clients.Count);
    }

    [Fact]
    public async Task Verifies_the_backends_certificate_as_the_dialer_does()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Sign("127.0.0.1");
        var backend = await KestrelPeer.StartAsync(http => http.Response.WriteAsync("secret"), certificate);
        _peers.Add(backend);

        using (var refused = await SendAsync(backend.Usage(), "/", HttpMethod.Get))
        {
            Assert.Equal(RefusalReason.BackendTlsFailed, _refusal?.Reason);
        }

        using var answer = await SendAsync(
            backend.Usage(tls: new BackendTls { CaCertificates = certificates.AuthorityPem }), "/", HttpMethod.Get);
        Assert.Equal("secret", await answer.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task The_name_asked_for_in_tls_is_the_settings_and_the_host_header_the_products()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Sign("inner.test");
        await using var backend = RawBackend.Answering("HTTP/1.1 204 No Content\r\n\r\n", certificate);
        var tls = new BackendTls { CaCertificates = certificates.AuthorityPem, ServerName = "inner.test" };
        _hostRewrite = "public.test:81";

        using var answer = await SendAsync(backend.Usage(tls: tls), "/", HttpMethod.Get);

        Assert.Equal((HttpStatusCode.NoContent, "inner.test"), (answer.StatusCode, Assert.Single(backend.ServerNames)));
        Assert.Contains("\r\nHost: public.test:81\r\n", Assert.Single(backend.Heads), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0\r\n\r\n", nameof(RefusalReason.BackendHandshakeInvalid))]
    [InlineData("HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", nameof(RefusalReason.BackendHandshakeInvalid))]
    public async Task Refuses_for_a_backend_that_gives_no_answer(string raw, string reason)
    {
        await using var backend = RawBackend.Answering(raw);

        using var answer = await SendAsync(backend.Usage(), "/", HttpMethod.Get);

        Assert.Equal(reason, _refusal?.Reason.ToString());
    }

    [Fact]
    public async Task Refuses_for_a_backend_that_never_answers()
    {
        await using var backend = RawBackend.Answering("");
        _options.ResponseTimeout = TimeSpan.FromMilliseconds(200);

        using var answer = await SendAsync(backend.Usage(), "/", HttpMethod.Get);

        Assert.Equal(RefusalReason.BackendTimeout, _refusal?.Reason);
    }

    [Fact]
    public async Task Refuses_for_a_backend_that_is_not_there()
    {
        var usage = new BackendUsage { Backend = "none", Path = "/", PrivateBaseUrl = new Uri("http://nowhere.invalid") };

        using var answer = await SendAsync(usage, "/", HttpMethod.Get);

        Assert.Equal(RefusalReason.BackendUnreachable, _refusal?.Reason);
    }

    [Fact]
    public async Task Sends_to_the_next_endpoint_what_the_first_could_not_hear()
    {
        var backend = await PeerAsync(async http =>
            await http.Response.WriteAsync(await new StreamReader(http.Request.Body).ReadToEndAsync()));
        var usage = new BackendUsage
        {
            Backend = "two",
            Path = "/",
            PrivateBaseUrl = new Uri("http://nowhere.invalid"),
            Endpoints = [backend.Usage().PrivateBaseUrl],
        };

        for (var i = 0; i < 3; i++)
        {
            using var answer = await SendAsync(usage, "/", HttpMethod.Post, new StringContent($"body {i}"));
            Assert.Equal($"body {i}", await answer.Content.ReadAsStringAsync().Soon());
        }
    }

    [Fact]
    public async Task Sends_nothing_twice_that_an_endpoint_may_have_heard()
    {
        await using var rude = RawBackend.Answering(stream => stream.DisposeAsync().AsTask());
        await using var other = RawBackend.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        var usage = rude.Usage() with { Endpoints = [other.Usage().PrivateBaseUrl] };

        using var answer = await SendAsync(usage, "/", HttpMethod.Post, new StringContent("once"));

        Assert.Equal(RefusalReason.BackendHandshakeInvalid, _refusal?.Reason);
        Assert.Empty(other.Heads);
    }

    [Fact]
    public async Task Cuts_the_answer_off_where_the_backend_does()
    {
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = RawBackend.Answering(async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"u8.ToArray());
            await half.Task;
            await stream.DisposeAsync();
        });

        using var answer = await SendAsync(backend.Usage(), "/", HttpMethod.Get);
        var body = await answer.Content.ReadAsStreamAsync().Soon();
        await body.ReadExactlyAsync(new byte[4]).Soon();
        half.SetResult();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadAsync(new byte[1]).Soon());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        _clients.Dispose();
    }

    private async Task<KestrelPeer> PeerAsync(RequestDelegate answer)
    {
        var peer = await KestrelPeer.StartAsync(answer);
        _peers.Add(peer);
        return peer;
    }

    // Through a front that forwards to the given place, whatever the client asked it for.
    private async Task<HttpResponseMessage> SendAsync(
        BackendUsage usage,
        string target,
        HttpMethod method,
        HttpContent? content = null,
        params (string Name, string Value)[] headers)
    {
        var front = await PeerAsync(async http =>
        {
            var request = new BackendRequest(
                usage, target, [.. headers.Select(h => KeyValuePair.Create(h.Name, h.Value))], _hostRewrite);
            _refusal = await _forwarder.ForwardAsync(request, http, http.RequestAborted);
            if (_refusal is not null)
            {
                http.Response.StatusCode = 502;
            }
        });
        var request = new HttpRequestMessage(method, front.Url) { Content = content };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }
}
