using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// What broadcasts of 1 KiB to many subscribers of the emulated SignalR Service take, and what a connection costs:
/// <c>dotnet run -c Release --project tests/Benchmarks -- signalr 5000</c>. Subscribers are in this process, on the same machine.
/// </summary>
internal static partial class SignalRFigures
{
    private const string Key = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";
    private const int Broadcasts = 50;
    private const int AtOnce = 100;

    public static async Task<int> RunAsync(int subscribers)
    {
        await using var emulation = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll"), "--signalr-only"],
            new Dictionary<string, string?> { ["Relay__SignalR__Port"] = "0", ["Relay__SignalR__Limits"] = "Off" });
        var address = new Uri((await emulation.LineAsync(ListeningLine())).Groups[1].Value);
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Sign("http://localhost/api/v1/hubs/crowd"));
        await BroadcastAsync(http, "warm");
        var before = Memory(emulation.Id);

        var begun = Stopwatch.GetTimestamp();
        var sockets = new List<ClientWebSocket>();
        for (var left = subscribers; left > 0; left -= AtOnce)
        {
            sockets.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, left)).Select(_ => ConnectAsync(address))));
        }

        Print($"{subscribers} subscribers within {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s, {(Memory(emulation.Id) - before) / subscribers:F1} KiB each");
        var reading = sockets.Select(ReadAsync).ToList();
        begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Broadcasts; i++)
        {
            await BroadcastAsync(http, new string('x', 1024));
        }

        await BroadcastAsync(http, "end");
        await Task.WhenAll(reading).Soon(TimeSpan.FromMinutes(5));
        var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Print($"{Broadcasts} broadcasts of 1 KiB to each within {took:F1} s: {subscribers * Broadcasts / took:F0} messages/s");
        Print($"afterwards {(Memory(emulation.Id) - before) / subscribers:F1} KiB each");
        sockets.ForEach(socket => socket.Dispose());
        return 0;
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Sign("http://localhost/client/?hub=crowd")}");
        await socket.ConnectAsync(new Uri($"ws://{address.Authority}/client/?hub=crowd"), default).Soon();
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default).Soon();
        await socket.ReceiveAsync(new byte[64].AsMemory(), default).Soon();
        return socket;
    }

    // Until the last broadcast, whose text is the only one with this beginning.
    private static async Task ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[2048];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
        while (buffer.AsSpan(0, received.Count).IndexOf("[\"end\"]"u8) < 0)
        {
            received = await socket.ReceiveAsync(buffer.AsMemory(), default);
        }
    }

    private static async Task BroadcastAsync(HttpClient http, string text)
    {
        var message = JsonSerializer.Serialize(new { target = "told", arguments = new[] { text } });
        using var body = new StringContent(message, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/api/v1/hubs/crowd", UriKind.Relative), body).Soon();
        answer.EnsureSuccessStatusCode();
    }

    private static string Sign(string audience)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { aud = audience, exp = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() });
        var signed = $"{Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.ASCII.GetBytes(signed)))}";
    }

    // KiB.
    private static double Memory(int process)
    {
        using var status = Process.GetProcessById(process);
        return status.WorkingSet64 / 1024.0;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"emulated on (http://[\d.:]+)/,")]
    private static partial Regex ListeningLine();
}
