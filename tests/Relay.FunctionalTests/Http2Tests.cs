using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Overload;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>WebSockets over HTTP/2 (RFC 8441), and that one stream is none of another's business.</summary>
public sealed class Http2Tests : GatewayTests
{
    private const string Target = $"/echo?user_key={Keys.Good}";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_valid_key_opens_a_tunnel_to_a_backend_that_speaks_http_1(bool tls)
    {
        using var files = new CertificateFiles();
        await using var relay = await StartRelayAsync([("Relay:Listen:Http2Port", "0"), .. files.Settings]);
        using var client = new Http2Client(
            tls ? relay.Listeners.GatewayTls! : relay.Listeners.GatewayHttp2!, files.Certificate);

        using var socket = await client.ConnectAsync(Target, options => options.AddSubProtocol("chat"));
        var greeting = await socket.ReceiveTextAsync();
        await socket.SendTextAsync("hello");
        var reply = await socket.ReceiveTextAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default).Soon();

        Assert.Equal(("something", "reply from server : hello", "chat"), (greeting, reply, socket.SubProtocol));
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), (socket.CloseStatus, socket.CloseStatusDescription));
        Assert.Equal(HttpStatusCode.OK, socket.HttpStatusCode);
        Assert.DoesNotContain("Sec-WebSocket-Accept", socket.HttpResponseHeaders!.Keys);
        var heard = Assert.Single(Server.Heard);
        Assert.Equal(("GET", "websocket", "Upgrade"), (heard.Method, heard.Headers["Upgrade"], heard.Headers["Connection"]));
        Assert.Equal(24, heard.Headers["Sec-WebSocket-Key"].Length);
        Assert.Equal(tls ? "https" : "http", heard.Headers["X-Forwarded-Proto"]);
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Id == 1002
            && line.Text.Contains(" end=closed_by_client ", StringComparison.Ordinal)
            && line.Text.Contains(" code=1000 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tunnel_that_is_dropped_resets_its_stream_and_no_other()
    {
        await using var deaf = RawServer.Opening();
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Backends = [Snapshots.Usage(Server.Address), Snapshots.Usage(deaf.Address, "/deaf") with { Backend = "deaf" }],
        });
        await using var relay = await StartHttp2Async(("Relay:Tunnel:CloseTimeout", "00:00:00.100"));
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);
        using var other = await client.ConnectAsync(Target);
        await other.ReceiveTextAsync();
        using var dropped = await client.ConnectRawAsync($"/echo/deaf?user_key={Keys.Good}");
        var stream = await dropped.Content.ReadAsStreamAsync().Soon();

        // The client leaves the relay's Close unanswered.
        deaf.Hang(reset: true);
        var error = await Assert.ThrowsAsync<HttpProtocolException>(() => stream.CopyToAsync(Stream.Null).Soon());
        await other.SendTextAsync("hello");

        Assert.Equal(8, error.ErrorCode);
        Assert.Equal("reply from server : hello", await other.ReceiveTextAsync());
        Assert.Equal(1, relay.Services.GetRequiredService<Occupancy>().Connections);
    }

    [Fact]
    public async Task A_limit_that_one_stream_reaches_is_none_of_anothers_business()
    {
        var size = new ChainedPolicy
        {
            Name = "websocket_message_size",
            Configuration = JsonDocument.Parse("""{"from_client":10}""").RootElement,
        };
        var rate = new ChainedPolicy
        {
            Name = "websocket_rate",
            Configuration = JsonDocument.Parse("""{"from_client":{"messages_per_second":0.001,"message_burst":2,"action":"close"}}""").RootElement,
        };
        Promote(Snapshots.Echo(Server.Address, version: 2) with { PolicyChain = [Snapshots.Policy("websocket"), size, rate] });
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);
        using var large = await client.ConnectAsync(Target);
        using var fast = await client.ConnectAsync(Target);
        using var other = await client.ConnectAsync(Target);
        foreach (var socket in new[] { large, fast, other })
        {
            await socket.ReceiveTextAsync();
        }

        await large.SendTextAsync("eleven char");
        await fast.SendTextAsync("1");
        await fast.SendTextAsync("2");
        await fast.SendTextAsync("3");

        Assert.Equal(WebSocketMessageType.Close, (await large.ReceiveAsync(new byte[64], default).Soon()).MessageType);
        Assert.Equal("1009 message too big", $"{(int)large.CloseStatus!} {large.CloseStatusDescription}");
        while ((await fast.ReceiveAsync(new byte[64], default).Soon()).MessageType != WebSocketMessageType.Close)
        {
        }

        Assert.Equal("1008 rate exceeded", $"{(int)fast.CloseStatus!} {fast.CloseStatusDescription}");
        await other.SendTextAsync("1");
        await other.SendTextAsync("2");
        Assert.Equal("reply from server : 1", await other.ReceiveTextAsync());
        Assert.Equal("reply from server : 2", await other.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_tunnel_that_its_client_resets_ends_alone()
    {
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);
        using var other = await client.ConnectAsync(Target);
        await other.ReceiveTextAsync();
        var gone = await client.ConnectAsync(Target);
        await gone.ReceiveTextAsync();

        gone.Abort();
        await relay.UntilAsync(() => relay.Services.GetRequiredService<Occupancy>().Tunnels == 1);
        await other.SendTextAsync("hello");

        Assert.Equal("reply from server : hello", await other.ReceiveTextAsync());
        Assert.Contains(relay.Log.Lines, line => line.Text.Contains("end=client_lost", StringComparison.Ordinal));
        gone.Dispose();
    }

    [Fact]
    public async Task Refusals_end_a_stream_and_not_the_connection()
    {
        await using var relay = await StartHttp2Async(("Relay:Overload:MaxConnections", "1"));
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);
        using var open = await client.ConnectAsync(Target);
        await open.ReceiveTextAsync();

        await AssertRefusedAsync(await client.ConnectRawAsync("/echo"), 403, "credentials_missing");
        await AssertRefusedAsync(await client.ConnectRawAsync(Target, protocol: "connect-udp"), 501, "protocol_not_supported");
        await AssertRefusedAsync(await client.ConnectRawAsync(Target, protocol: "WebSocket"), 501, "protocol_not_supported");
        var old = await client.ConnectRawAsync(Target, version: "8");
        Assert.Equal(["13"], old.Headers.GetValues("Sec-WebSocket-Version"));
        await AssertRefusedAsync(old, 426, "handshake_version");
        await AssertRefusedAsync(
            await client.SendAsync(HttpMethod.Get, "/echo"), 403, "credentials_missing");

        await open.SendTextAsync("hello");
        Assert.Equal("reply from server : hello", await open.ReceiveTextAsync());
        Assert.Single(Server.Heard);
    }

    [Fact]
    public async Task A_page_is_told_of_a_refusal_in_a_close_of_its_stream()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with { CloseRefusals = true });
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        using var socket = await client.ConnectAsync("/echo", options => options.SetRequestHeader("Origin", "https://app.example.com"));
        await socket.ReceiveAsync(new byte[16], CancellationToken.None).Soon();

        Assert.Equal((4401, "credentials_missing"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
        Assert.DoesNotContain("Sec-WebSocket-Accept", socket.HttpResponseHeaders!.Keys);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task A_success_that_is_no_101_does_not_become_one(int status)
    {
        Server.Instead = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        await AssertRefusedAsync(await client.ConnectRawAsync(Target), 502, "backend_handshake_invalid");
    }

    [Fact]
    public async Task Another_answer_of_the_backend_goes_back_as_it_is()
    {
        Server.Instead = async http =>
        {
            http.Response.StatusCode = 418;
            await http.Response.WriteAsync("teapot");
        };
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        using var answer = await client.ConnectRawAsync(Target);

        Assert.Equal(418, (int)answer.StatusCode);
        Assert.Equal("teapot", await answer.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task Plain_requests_are_forwarded_as_those_of_http_1_are()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            MappingRules = [new MappingRule { Method = "POST", Pattern = "/", Metric = "hits" }],
        });
        Server.Instead = async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync($"{http.Request.Protocol} {await reader.ReadToEndAsync()}");
        };
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        using var answer = await client.SendAsync(
            HttpMethod.Post, Target, new StringContent("body"), ("Cookie", "a=1; b=2"), ("TE", "trailers"));

        Assert.Equal("HTTP/1.1 body", await answer.Content.ReadAsStringAsync().Soon());
        var heard = Assert.Single(Server.Heard);
        Assert.Equal(("POST", "a=1; b=2"), (heard.Method, heard.Headers["Cookie"]));
        Assert.False(heard.Headers.ContainsKey("TE"));
    }

    [Fact]
    public async Task A_websocket_counts_as_a_get_and_a_plain_connect_as_nothing()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            MappingRules =
            [
                new MappingRule { Method = "GET", Pattern = "/", Metric = "hits" },
                new MappingRule { Method = "CONNECT", Pattern = "/", Metric = "connects" },
            ],
        });
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);

        using var socket = await client.ConnectAsync(Target);

        Assert.Equal(["hits"], Assert.Single(Functions.Questions).Usage.Keys);
        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Id.Id == 1001));
    }

    [Fact]
    public async Task Backends_that_do_not_read_and_clients_that_do_not_hold_up_no_other_stream()
    {
        var over = new TaskCompletionSource();
        Server.Instead = async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            var flood = http.Request.Path == "/flood" ? FloodAsync(socket) : Task.CompletedTask;
            await over.Task;
            socket.Abort();
            await flood;
        };
        await using var talking = await Backend.StartAsync();
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Backends = [Snapshots.Usage(Server.Address), Snapshots.Usage(talking.Address, "/talk") with { Backend = "talk" }],
        });
        await using var relay = await StartHttp2Async();
        using var client = new Http2Client(relay.Listeners.GatewayHttp2!);
        using var other = await client.ConnectAsync($"/echo/talk?user_key={Keys.Good}");
        await other.ReceiveTextAsync();

        var sockets = new List<ClientWebSocket>();
        var floods = new List<Task>();
        for (var i = 0; i < 3; i++)
        {
            sockets.Add(await client.ConnectAsync(Target));
            floods.Add(FloodAsync(sockets[^1]));
            sockets.Add(await client.ConnectAsync($"/echo/flood?user_key={Keys.Good}"));
        }

        // Meanwhile every buffer on their way fills up.
        for (var i = 0; i < 8; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await other.SendTextAsync($"{i}");
            Assert.Equal($"reply from server : {i}", await other.ReceiveTextAsync());
        }

        Assert.All(floods, flood => Assert.False(flood.IsCompleted));
        sockets.ForEach(socket => socket.Abort());
        over.SetResult();
        await Task.WhenAll(floods).Soon();
    }

    [Fact]
    public async Task It_is_advertised()
    {
        await using var relay = await StartHttp2Async();
        var address = new Uri(relay.Listeners.GatewayHttp2!);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).Soon();
        var stream = client.GetStream();

        await stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]).Soon();
        var head = new byte[9];
        await stream.ReadExactlyAsync(head).Soon();
        var settings = new byte[head[2]];
        await stream.ReadExactlyAsync(settings).Soon();

        // SETTINGS, with SETTINGS_ENABLE_CONNECT_PROTOCOL (8) = 1.
        Assert.Equal(4, head[3]);
        Assert.Contains(settings.Chunk(6), setting => setting.SequenceEqual(new byte[] { 0, 8, 0, 0, 0, 1 }));
    }

    private Task<RunningRelay> StartHttp2Async(params (string Key, string Value)[] settings) =>
        StartRelayAsync([("Relay:Listen:Http2Port", "0"), .. settings]);

    // Until the other side takes no more, and then for good.
    private static async Task FloodAsync(WebSocket socket)
    {
        var message = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, int status, string code)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync().Soon();
            var problem = JsonSerializer.Deserialize(body, ContractsJson.Default.ProblemDocument)!;
            Assert.Equal((status, code), ((int)answer.StatusCode, problem.Code));
            Assert.Null(answer.Headers.Connection.FirstOrDefault());
        }
    }
}
