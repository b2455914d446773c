using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>What an operator takes back reaches the open tunnels of every relay, whatever part has just been away.</summary>
public sealed partial class LiveRevocationTests : IAsyncLifetime
{
    private GatewayProcesses _gateway = null!;
    private EchoProduct _echo = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayProcesses.StartAsync(events: true);
        _echo = await EchoProduct.CreateAsync(_gateway, "echo");
        await ServedAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_suspended_application_loses_its_tunnels_on_every_relay_and_none_is_opened_until_it_is_resumed()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);

        await _gateway.Management.ActAsync("/api/applications/echo:suspend");

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Code == "application_not_active");
        await Handshake.AnsweredAsync(Http(There), answer => answer.Code == "application_not_active");
        await _gateway.Management.ActAsync("/api/applications/echo:resume");
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Status == 101);
        await Handshake.AnsweredAsync(Http(There), answer => answer.Status == 101);
    }

    [Fact]
    public async Task Without_signalr_a_deleted_key_closes_its_tunnels_when_the_relays_have_polled()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);
        await _gateway.SignalR.TerminateAsync();

        await DeleteKeyAsync();

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
    }

    [Fact]
    public async Task After_every_part_was_away_no_revocation_is_missed()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        await _gateway.SecondRelay.TerminateAsync();
        await _gateway.SignalR.TerminateAsync();
        await _gateway.Functions.TerminateAsync();
        await _gateway.SignalR.StartAsync();
        await _gateway.SecondRelay.StartAsync();
        await _gateway.Functions.StartAsync();
        await ServedAsync();
        using var two = await OpenAsync(There);
        await SubscribedAsync(times: 2);

        await DeleteKeyAsync();

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
    }

    private Uri Here => _echo.Url(_gateway, "production");

    private Uri There => _gateway.SecondUrl(Here);

    private static Uri Http(Uri url) => new UriBuilder(url) { Scheme = "http" }.Uri;

    private static async Task<ClientWebSocket> OpenAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, CancellationToken.None).Soon();
        return socket;
    }

    private static async Task<string> CloseAsync(ClientWebSocket socket)
    {
        var result = await socket.ReceiveAsync(new byte[256], CancellationToken.None).Soon();
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        return $"{(int)result.CloseStatus!} {result.CloseStatusDescription}";
    }

    private async Task DeleteKeyAsync() =>
        await _gateway.Management.DeleteAsync($"/api/applications/echo/keys/{(await _echo.KeysAsync(_gateway))[0]}");

    private async Task ServedAsync()
    {
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Status == 101);
        await Handshake.AnsweredAsync(Http(There), answer => answer.Status == 101);
    }

    private Task SubscribedAsync(int times) => Task.WhenAll(
        _gateway.Relay.PrintedAsync(Subscribed(), times), _gateway.SecondRelay.PrintedAsync(Subscribed(), times));

    [GeneratedRegex("Events are pushed")]
    private static partial Regex Subscribed();
}
