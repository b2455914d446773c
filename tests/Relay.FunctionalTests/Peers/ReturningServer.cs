using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>A server on this machine that may go away, and come back on the port that it had.</summary>
/// <param name="answer">What it answers, set up anew each time that it comes.</param>
/// <param name="prepare">What that needs, if anything.</param>
internal sealed class ReturningServer(Action<WebApplication> answer, Action<WebApplicationBuilder>? prepare = null) : IAsyncDisposable
{
    private WebApplication? _server;

    /// <summary>Its port, from its first coming on.</summary>
    public int Port { get; private set; }

    /// <summary>Its services, while it is there.</summary>
    public IServiceProvider Services => _server!.Services;

    /// <summary>Listens.</summary>
    public async Task ComeBackAsync()
    {
        Port = Port == 0 ? FreePort.Choose() : Port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        prepare?.Invoke(builder);
        _server = builder.Build();
        answer(_server);
        await _server.StartAsync().Soon();
    }

    /// <summary>Stops listening and drops every connection.</summary>
    public async Task GoAwayAsync()
    {
        if (_server is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _server.StopAsync(now.Token).Soon();
            await _server.DisposeAsync().Soon();
            _server = null;
        }
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();
}
