using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.SignalR;

/// <summary>A webhook that takes everything and answers nothing, and connections that end meanwhile.</summary>
public sealed class ObituariesTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly Lines _lines = new();
    private readonly Upstreams _upstreams;
    private readonly Obituaries _obituaries;

    public ObituariesTests()
    {
        _silent.Start();
        // Longer than any machine takes to get here.
        var options = new SignalROptions { UpstreamTimeout = TimeSpan.FromMinutes(5), Upstream = { new UpstreamTemplate { UrlTemplate = $"http://{_silent.LocalEndpoint}/" } } };
        var signer = new TokenSigner(ConnectionString.TryParse(SignalROptions.UsualConnectionString, out _)!, TimeProvider.System);
        _upstreams = new Upstreams(Options.Create(options), signer, TimeProvider.System, NullLogger<Upstreams>.Instance);
        _obituaries = new Obituaries(TimeProvider.System, _lines);
    }

    public void Dispose()
    {
        _obituaries.Dispose();
        _upstreams.Dispose();
        _silent.Dispose();
    }

    [Fact]
    public async Task Of_connections_that_have_ended_64_MB_wait_and_the_rest_is_given_up()
    {
        var body = new byte[Megabyte];

        for (var i = 0; i < 20; i++)
        {
            _obituaries.Begin(Ended(4, body));
        }

        await EndAsync();
        Assert.Equal(4, _lines.Count("too much waits"));
    }

    private ConnectionEvents Ended(int invocations, byte[] body)
    {
        var client = new ServiceClient("chat", new ServiceToken([], null, []), "");
        var connection = new ClientConnection("id", client, new Quota(Options.Create(new SignalROptions()), TimeProvider.System), TimeProvider.System, () => { });
        var events = new ConnectionEvents(connection, _upstreams, TimeProvider.System);
        for (var i = 0; i < invocations; i++)
        {
            events.Invoked(new ClientMessage.Invocation("ask", null, body));
        }

        return events;
    }

    // At once: the caller has no patience.
    private async Task EndAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _obituaries.LastAsync(now.Token).Soon();
    }

    private sealed class Lines : ILogger<Obituaries>
    {
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        public int Count(string text)
        {
            lock (_gate)
            {
                return _lines.Count(line => line.Contains(text, StringComparison.Ordinal));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
