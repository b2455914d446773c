using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>
/// Parts that go and come back in any order while clients come and go at two relays: everything finds together again, and
/// what was revoked while a part was away is revoked.
/// </summary>
public sealed class RestartsUnderLoadTests : IAsyncLifetime
{
    private const int Clients = 4;

    private readonly CancellationTokenSource _enough = new();
    private GatewayProcesses _gateway = null!;
    private EchoProduct _echo = null!;
    private long _echoed;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayProcesses.StartAsync(events: true);
        _echo = await EchoProduct.CreateAsync(_gateway, "echo");
        await ServedAsync();
    }

    public async Task DisposeAsync()
    {
        await _enough.CancelAsync();
        await _gateway.DisposeAsync();
        _enough.Dispose();
    }

    [Theory]
    [InlineData("signalr", "functions", "relay")]
    [InlineData("functions", "relay", "signalr")]
    [InlineData("relay", "signalr", "functions")]
    public async Task In_any_order_no_revocation_is_missed(string first, string second, string third)
    {
        var load = Enumerable.Range(0, Clients).Select(n => LoadAsync(n % 2 == 0 ? Here : There)).ToArray();
        foreach (var name in new[] { first, second, third })
        {
            var (id, key) = await SellAsync();
            using var open = await OpenAsync(Of(Here, key));
            var part = Part(name);

            await part.TerminateAsync();
            if (part != _gateway.Functions)
            {
                await _gateway.Management.ActAsync($"/api/applications/{id}:suspend");
                await part.StartAsync();
            }
            else
            {
                await part.StartAsync();
                await _gateway.Management.ActAsync($"/api/applications/{id}:suspend");
            }

            Assert.Equal("1008 key revoked", await CloseAsync(open));
            await Handshake.AnsweredAsync(Http(Of(There, key)), answer => answer.Code == "application_not_active");
        }

        // Whoever was turned away has come back, at both relays.
        await ServedAsync();
        var before = Interlocked.Read(ref _echoed);
        await UntilAsync(() => Interlocked.Read(ref _echoed) > before + (10 * Clients));
        await _enough.CancelAsync();
        await Task.WhenAll(load).Soon();
    }

    private Uri Here => _echo.Url(_gateway, "production");

    private Uri There => _gateway.SecondUrl(Here);

    private static Uri Http(Uri url) => new UriBuilder(url) { Scheme = "http" }.Uri;

    private static Uri Of(Uri url, string key) => new UriBuilder(url) { Query = $"?user_key={key}" }.Uri;

    private RunningPart Part(string name) => name switch
    {
        "signalr" => _gateway.SignalR,
        "functions" => _gateway.Functions,
        _ => _gateway.SecondRelay,
    };

    private async Task<(string Id, string Key)> SellAsync()
    {
        JsonNode made = await _gateway.Management.PostAsync(
            "/api/accounts/echo/applications", """{"product":"echo","plan":"basic","name":"Client"}""");
        return (made["id"]!.GetValue<string>(), made["user_key"]!.GetValue<string>());
    }

    // Opens, has a message echoed and closes, again and again; a part that is away is no reason to stop.
    private async Task LoadAsync(Uri url)
    {
        while (!_enough.IsCancellationRequested)
        {
            try
            {
                using var socket = await OpenAsync(url);
                await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).Soon();
                await socket.ReceiveAsync(new byte[256], CancellationToken.None).Soon();
                Interlocked.Increment(ref _echoed);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Soon();
            }
            catch (WebSocketException)
            {
                // A relay, or what it asks, is away: a client tries again, a moment later.
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private async Task ServedAsync()
    {
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Status == 101);
        await Handshake.AnsweredAsync(Http(There), answer => answer.Status == 101);
    }

    private static async Task<ClientWebSocket> OpenAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(url, CancellationToken.None).Soon();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var result = await socket.ReceiveAsync(new byte[256], CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        return $"{(int)result.CloseStatus!} {result.CloseStatusDescription}";
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            await between.WaitForNextTickAsync(deadline.Token);
        }
    }
}
