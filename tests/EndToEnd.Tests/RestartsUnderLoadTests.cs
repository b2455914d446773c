using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>
/// Parts that go and come back in any order while clients come and go at two relays: everything finds together again, and
/// what was revoked while a part was away is revoked.
/// </summary>
public sealed class RestartsUnderLoadTests : TwoRelayTests
{
    private const int Clients = 4;

    private long _echoed;

    [Theory]
    [InlineData("signalr", "functions", "relay")]
    [InlineData("functions", "relay", "signalr")]
    [InlineData("relay", "signalr", "functions")]
    public async Task In_any_order_no_revocation_is_missed(string first, string second, string third)
    {
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(n => LoadAsync(n % 2 == 0 ? Here : There, enough.Token)).ToArray();
        try
        {
            await RestartAsync(first, second, third);
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(load).Soon();
        }
    }

    private async Task RestartAsync(params string[] names)
    {
        foreach (var part in names.Select(Part))
        {
            var (id, key) = await SellAsync();
            using var open = await OpenAsync(Of(Here, key));

            await part.TerminateAsync();
            if (part != Gateway.Functions)
            {
                await Gateway.Management.ActAsync($"/api/applications/{id}:suspend");
                await part.StartAsync();
            }
            else
            {
                await part.StartAsync();
                await Gateway.Management.ActAsync($"/api/applications/{id}:suspend");
            }

            Assert.Equal("1008 key revoked", await CloseAsync(open));
            await Handshake.AnsweredAsync(Http(Of(There, key)), answer => answer.Code == "application_not_active");
        }

        // Whoever was turned away has come back, at both relays.
        await ServedAsync();
        var before = Interlocked.Read(ref _echoed);
        await UntilAsync(() => Interlocked.Read(ref _echoed) > before + (10 * Clients));
    }

    private static Uri Of(Uri url, string key) => new UriBuilder(url) { Query = $"?user_key={key}" }.Uri;

    private RunningPart Part(string name) => name switch
    {
        "signalr" => Gateway.SignalR,
        "functions" => Gateway.Functions,
        _ => Gateway.SecondRelay,
    };

    private async Task<(string Id, string Key)> SellAsync()
    {
        JsonNode made = await Gateway.Management.PostAsync(
            "/api/accounts/echo/applications", """{"product":"echo","plan":"basic","name":"Client"}""");
        return (made["id"]!.GetValue<string>(), made["user_key"]!.GetValue<string>());
    }

    // Opens, has a message echoed and closes, again and again; a part that is away is no reason to stop.
    private async Task LoadAsync(Uri url, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
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
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
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
