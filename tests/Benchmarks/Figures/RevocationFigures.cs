using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// How long open tunnels of two relays outlive the suspension of their application, from the answer of the call that suspends
/// it to the Close at the client: <c>dotnet run -c Release --project tests/Benchmarks -- revocation 1000</c>.
/// </summary>
internal static partial class RevocationFigures
{
    private const string PublicKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";
    private const int Rounds = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="tunnels">Open at once, half of them on each relay.</param>
    public static async Task<int> RunAsync(int tunnels)
    {
        await using var azurite = await Azurite.StartAsync();
        await using var server = await PrivateServerAsync();
        await using var emulation = Relay(["--signalr-only"], new() { ["Relay__SignalR__Port"] = "0" });
        var port = (await emulation.LineAsync(Emulated())).Groups[1].Value;
        await using var functions = await FunctionsUnderLoad.StartAsync(azurite.ConnectionString, settings: new Dictionary<string, string?>
        {
            ["SignalR:ConnectionString"] = $"Endpoint=http://localhost;Port={port};AccessKey={PublicKey};Version=1.0;",
        });
        await DescribeAsync(functions, server.Urls.Single());
        var key = (await functions.SellAsync(0, 1))[0];
        var token = (string)(await functions.DoAsync("POST", "/api/access-tokens", """{"name":"relay","scopes":["relay"]}"""))["token"]!;
        await using var first = Relay([], Settings(functions.Url, token));
        await using var second = Relay([], Settings(functions.Url, token));
        var addresses = new List<string>();
        foreach (var relay in (ChildProcess[])[first, second])
        {
            addresses.Add("ws://127.0.0.1:" + (await relay.LineAsync(Listening())).Groups[1].Value);
            await relay.LineAsync(Serving());
            await relay.LineAsync(Subscribed());
        }

        Console.WriteLine("events       tunnels  median ms     p99 ms     max ms");
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync("pushed", functions, addresses, key, tunnels);
        }

        emulation.Kill();
        await first.LineAsync(Alone());
        await second.LineAsync(Alone());
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync("polled, 5 s", functions, addresses, key, tunnels);
        }

        return 0;
    }

    private static async Task MeasureAsync(string how, FunctionsUnderLoad functions, List<string> addresses, string key, int tunnels)
    {
        var sockets = new List<ClientWebSocket>();
        while (sockets.Count < tunnels)
        {
            sockets.AddRange(await Task.WhenAll(Enumerable.Range(sockets.Count, Math.Min(50, tunnels - sockets.Count)).Select(
                number => OpenAsync(new Uri($"{addresses[number % 2]}/chat?user_key={key}")))));
        }

        var closing = sockets.Select(ClosedAsync).ToArray();
        await functions.DoAsync("POST", "/api/applications/app-000000:suspend", ifMatch: "*");
        var answered = Stopwatch.GetTimestamp();
        var closed = await Task.WhenAll(closing).WaitAsync(Longest);
        var times = closed.Select(at => Math.Max(0, Stopwatch.GetElapsedTime(answered, at).TotalMilliseconds)).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{how,-12} {tunnels,7} {times[tunnels / 2],10:F0} {times[tunnels * 99 / 100],10:F0} {times[^1],10:F0}"));

        sockets.ForEach(socket => socket.Dispose());
        await functions.DoAsync("POST", "/api/applications/app-000000:resume", ifMatch: "*");
        foreach (var address in addresses)
        {
            await AdmittedAsync(new Uri($"{address}/chat?user_key={key}"));
        }
    }

    private static async Task<ClientWebSocket> OpenAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Longest);
        return socket;
    }

    private static async Task<long> ClosedAsync(ClientWebSocket socket)
    {
        var received = await socket.ReceiveAsync(new byte[128].AsMemory(), CancellationToken.None);
        var at = Stopwatch.GetTimestamp();
        return received.MessageType == WebSocketMessageType.Close && (int)socket.CloseStatus! == 1008
            ? at
            : throw new InvalidOperationException($"A tunnel ended with {socket.CloseStatus} {socket.CloseStatusDescription}.");
    }

    // Once it is, the relay has heard that the application is let in again.
    private static async Task AdmittedAsync(Uri address)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = await OpenAsync(address);
                return;
            }
            catch (WebSocketException) when (Stopwatch.GetElapsedTime(started) < Longest)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task DescribeAsync(FunctionsUnderLoad functions, string server)
    {
        await functions.OpenAsync();
        await functions.DoAsync("POST", "/api/backends", $$"""{"system_name":"room","name":"Room","private_base_url":"{{server}}"}""");
        await functions.DoAsync("POST", "/api/products/chat/backends", """{"backend":"room","path":"/"}""");
        await functions.DoAsync("POST", "/api/products/chat/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""");
        await functions.DoAsync("PUT", "/api/products/chat/policies", """{"policies":[{"name":"websocket"}]}""", ifMatch: "*");
        await functions.DoAsync("POST", "/api/products/chat/configs/staging:promote", "{}");
        await functions.DoAsync("POST", "/api/products/chat/configs/production:promote", "{}");
    }

    private static async Task<WebApplication> PrivateServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.UseWebSockets();
        server.Run(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[128].AsMemory(), http.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
        });
        await server.StartAsync();
        return server;
    }

    private static ChildProcess Relay(string[] arguments, Dictionary<string, string?> settings) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll"), .. arguments], settings);

    private static Dictionary<string, string?> Settings(string functions, string token) => new()
    {
        ["Relay__Management__Api"] = functions,
        ["Relay__Management__Token"] = token,
        ["Relay__Configuration__PollInterval"] = "00:00:01",
        ["Relay__Listen__Address"] = "127.0.0.1",
        ["Relay__Listen__Port"] = "0",
        ["Relay__Listen__ManagementPort"] = "0",

        // So that nothing but events can end a tunnel meanwhile.
        ["Relay__Metering__ReportInterval"] = "00:05:00",
    };

    [GeneratedRegex(@"SignalR Service emulated on http://[^:]+:(\d+)")]
    private static partial Regex Emulated();

    [GeneratedRegex(@"Gateway listening on http://[^:]+:(\d+)")]
    private static partial Regex Listening();

    [GeneratedRegex("Serving chat production")]
    private static partial Regex Serving();

    [GeneratedRegex("Events are pushed")]
    private static partial Regex Subscribed();

    [GeneratedRegex("Events are not pushed")]
    private static partial Regex Alone();
}
