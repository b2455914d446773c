using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.SignalR;

/// <summary>A connection whose transport ends in an error.</summary>
public sealed class ClientHandlerTests
{
    [Fact]
    public async Task A_bug_is_logged_as_an_error_and_gives_the_place_back()
    {
        var (quota, log) = (Free, new Errors());

        for (var i = 0; i < 30; i++)
        {
            await BreakAsync(quota, log, new InvalidCastException("bug"));
        }

        Assert.Equal(30, log.Seen.Count);
        Assert.All(log.Seen, error => Assert.Equal("bug", error?.Message));
        Assert.True(quota.HasRoom);
    }

    [Fact]
    public async Task A_peer_that_is_lost_is_no_error()
    {
        var (quota, log) = (Free, new Errors());

        await BreakAsync(quota, log, new ConnectionResetException("gone"));
        await BreakAsync(quota, log, new WebSocketException("garbage"));
        await BreakAsync(quota, log, new ConnectionAbortedException("aborted"));

        Assert.Empty(log.Seen);
    }

    private static Quota Free => new(Options.Create(new SignalROptions { Limits = SignalRLimits.Free }), TimeProvider.System);

    private static async Task BreakAsync(Quota quota, Errors log, Exception error)
    {
        var options = Options.Create(new SignalROptions());
        var signer = new TokenSigner(ConnectionString.TryParse(SignalROptions.UsualConnectionString, out _)!, TimeProvider.System);
        using var upstreams = new Upstreams(options, signer, TimeProvider.System, NullLogger<Upstreams>.Instance);
        using var obituaries = new Obituaries(TimeProvider.System, NullLogger<Obituaries>.Instance);
        var handler = new ClientHandler(new Hubs(TimeProvider.System), quota, upstreams, obituaries, TimeProvider.System, log);
        var (sent, told) = (new Pipe(), new Pipe());
        var connection = new DefaultConnectionContext("id", new Duplex(sent.Reader, told.Writer), new Duplex(told.Reader, sent.Writer));
        connection.Features.Set<IHttpContextFeature>(new Request
        {
            HttpContext = new DefaultHttpContext { User = new ServiceClient("chat", new ServiceToken([], null, []), "") },
        });

        var serving = handler.OnConnectedAsync(connection);
        await sent.Writer.WriteAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray()).Soon();
        await told.Reader.ReadAsync().Soon();
        await sent.Writer.CompleteAsync(error);
        await serving.Soon();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Request : IHttpContextFeature
    {
        public HttpContext? HttpContext { get; set; }
    }

    private sealed class Errors : ILogger<ClientHandler>
    {
        public List<Exception?> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Who calls need not have asked.
            if (IsEnabled(logLevel))
            {
                Seen.Add(exception);
            }
        }
    }
}
