using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>
/// Where events are published: ASP.NET Core's own SignalR server, which lets each token in once. It can be away, elsewhere, or
/// misbehave once it has negotiated.
/// </summary>
internal sealed class EventHub : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _tokens = new();
    private readonly Connections _connections = new();
    private readonly ReturningServer _server;
    private volatile bool _leaving;

    private EventHub() => _server = new(Map, Prepare);

    /// <summary>Connections that were opened so far.</summary>
    public int Opened => _connections.Opened;

    /// <summary>Connections that are open.</summary>
    public int Open => _connections.Open;

    /// <summary>When set, what is done with a WebSocket instead of SignalR.</summary>
    public Func<WebSocket, Task>? Instead { get; set; }

    /// <summary>When set, negotiations are sent on to it.</summary>
    public EventHub? Elsewhere { get; set; }

    public string Url => $"http://127.0.0.1:{_server.Port}/client/?hub=gateway";

    public static async Task<EventHub> StartAsync()
    {
        var hub = new EventHub();
        await hub.ComeBackAsync();
        return hub;
    }

    /// <summary>A token for one connection.</summary>
    public string NewToken()
    {
        var token = Guid.NewGuid().ToString("N");
        _tokens[token] = true;
        return token;
    }

    /// <summary>Pushes an event to all, as the functions write it.</summary>
    public Task PushAsync(GatewayEvent happened) =>
        PushAsync(GatewayEvent.Method, JsonSerializer.SerializeToElement(happened, ContractsJson.Default.GatewayEvent));

    /// <summary>Calls something on all.</summary>
    public Task PushAsync(string method, params object[] arguments) =>
        _server.Services.GetRequiredService<IHubContext<Gateway>>().Clients.All.SendCoreAsync(method, arguments).Soon();

    /// <summary>Stops listening; every connection ends.</summary>
    public Task GoAwayAsync()
    {
        // Connections end before the port is closed: who is quick would come in once more.
        _leaving = true;
        return _server.GoAwayAsync();
    }

    /// <summary>Listens again, on the same port.</summary>
    public Task ComeBackAsync()
    {
        _leaving = false;
        return _server.ComeBackAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Prepare(WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR();
        builder.Services.AddSingleton(_connections);
    }

    private void Map(WebApplication server)
    {
        server.UseWebSockets();
        server.Use(CheckAsync);
        server.MapHub<Gateway>("/client");
    }

    private async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        var token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        if (_leaving || !_tokens.ContainsKey(token))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (Elsewhere is { } other)
        {
            await http.Response.WriteAsJsonAsync(new { url = other.Url, accessToken = other.NewToken() });
        }
        else if (!http.WebSockets.IsWebSocketRequest)
        {
            await next(http);
        }
        else
        {
            _tokens.TryRemove(token, out _);
            if (Instead is not { } instead)
            {
                await next(http);
                return;
            }

            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await instead(socket);
        }
    }

    /// <summary>The hub itself, to which nobody says anything.</summary>
    internal sealed class Gateway(Connections connections) : Hub
    {
        public override Task OnConnectedAsync()
        {
            connections.Add();
            return Task.CompletedTask;
        }

        public override Task OnDisconnectedAsync(Exception? exception)
        {
            connections.Remove();
            return Task.CompletedTask;
        }
    }

    internal sealed class Connections
    {
        private int _opened;
        private int _open;

        public int Opened => Volatile.Read(ref _opened);

        public int Open => Volatile.Read(ref _open);

        public void Add()
        {
            Interlocked.Increment(ref _open);
            Interlocked.Increment(ref _opened);
        }

        public void Remove() => Interlocked.Decrement(ref _open);
    }
}
