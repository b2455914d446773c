using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.SignalR;

/// <summary>
/// The emulation: a server of its own, with its own port, that shares nothing with the relay but the process, its clock and its log.
/// </summary>
internal sealed class Emulation(
    IOptions<SignalROptions> options, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private const int MaxRequestLine = 12 * 1024;
    private const int MaxHeaders = 16 * 1024;

    // For clients to be told that it stops.
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private WebApplication? _server;
    private ListenOptions? _port;

    /// <summary>Where it listens, once it does; null when there is none.</summary>
    public Uri? Address => _port?.IPEndPoint is { } bound ? new Uri($"http://{bound}") : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Port is not { } port)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, new IPEndPoint(IPAddress.Parse(options.Value.Address), port)));
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton(loggers).AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddEmulation();
        _server = builder.Build();
        Lead(_server);
        await _server.StartAsync(cancellationToken);
        SignalRLog.Listening(loggers.CreateLogger<Emulation>(), $"{Address}", WithoutKey(options.Value.ConnectionString));
    }

    /// <summary>Clients are told to come back, and do so by themselves.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            foreach (var connection in _server.Services.GetRequiredService<Hubs>().Connections)
            {
                connection.Close("The server is stopping.");
            }

            try
            {
                await _server.Services.GetRequiredService<Departures>().LastAsync().WaitAsync(FarewellTimeout, time, cancellationToken);
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                // Who does not listen is not told.
            }

            try
            {
                await _server.StopAsync(cancellationToken);
            }
            finally
            {
                await _server.Services.GetRequiredService<Obituaries>().LastAsync(cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Configure(KestrelServerOptions kestrel, IPEndPoint endPoint)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaders;
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            _port = listen;
        });
    }

    private static void Lead(WebApplication server)
    {
        var door = server.Services.GetRequiredService<ClientDoor>();
        var rest = server.Services.GetRequiredService<RestPlane>();
        server.UseCors();
        server.UseWebSockets();
        server.MapWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.Run(rest.AnswerAsync));
        server.MapWhen(http => http.Request.Path.StartsWithSegments("/client"), client =>
        {
            client.Use(door.EnterAsync);
            client.UseRouting();
            client.UseEndpoints(endpoints => endpoints.MapConnectionHandler<ClientHandler>(
                "/client", transports => transports.WebSockets.CloseTimeout = TimeSpan.FromSeconds(5)));
        });
    }

    // One that everybody knows may be copied from the log; any other is a secret.
    private static string WithoutKey(string text) => text == SignalROptions.UsualConnectionString
        ? text
        : string.Join(';', text.Split(';').Select(part => part.TrimStart().StartsWith("AccessKey", StringComparison.OrdinalIgnoreCase) ? "AccessKey=…" : part));

    /// <summary>The process is not this server's to end.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
