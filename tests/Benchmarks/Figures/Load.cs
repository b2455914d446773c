using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Benchmarks.Figures;

/// <summary>The client's side, in a process of its own so that what it costs is not counted: asks as relays do.</summary>
internal static class Load
{
    public const string Path = "/api/relay/authorize";

    /// <summary>Asks whether a key may be used for one hit.</summary>
    public static byte[] Question(string key) =>
        Encoding.UTF8.GetBytes($$$"""{"product":"chat","user_key":"{{{key}}}","usage":{"hits":1}}""");

    /// <summary>Prints <c>validations seconds p50 p99</c>, times in microseconds, once it is warm and has asked long enough.</summary>
    /// <param name="url">Of the functions.</param>
    /// <param name="file">Holds the token in the first line, and a key in every other.</param>
    /// <param name="connections">That ask at a time.</param>
    /// <param name="seconds">To measure.</param>
    public static async Task<int> RunAsync(string url, string file, int connections, int seconds)
    {
        var lines = await File.ReadAllLinesAsync(file);
        byte[][] bodies = [.. lines.Skip(1).Select(Question)];
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = new(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lines[0]);

        await WarmAsync(client, bodies, connections);

        // Whoever started this reads its own processor time between these two lines.
        Console.WriteLine("begin");
        Console.ReadLine();
        var clock = Stopwatch.StartNew();
        var times = await AskAsync(client, bodies, connections, TimeSpan.FromSeconds(seconds));
        var took = clock.Elapsed.TotalSeconds;
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{times.Count} {took:F3} {times[times.Count / 2]:F0} {times[times.Count * 99 / 100]:F0}"));
        return 0;
    }

    // So many that the code asked is compiled as it is in a process that has run for a while, or for a minute.
    private static async Task WarmAsync(HttpClient client, byte[][] bodies, int connections)
    {
        var asked = 0;
        for (var second = 0; second < 60 && asked < 20_000; second++)
        {
            asked += (await AskAsync(client, bodies, Math.Max(16, connections), TimeSpan.FromSeconds(1))).Count;
        }
    }

    private static async Task<List<double>> AskAsync(HttpClient client, byte[][] bodies, int connections, TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            var times = new List<double>();
            for (var next = connection; Stopwatch.GetTimestamp() is var begun && begun < end; next++)
            {
                using var content = new ByteArrayContent(bodies[next % bodies.Length]);
                content.Headers.ContentType = new("application/json");
                using var response = await client.PostAsync(Path, content);
                var answer = await response.Content.ReadAsStringAsync();
                if (times.Count == 0 && !(bool)JsonNode.Parse(answer)!["authorized"]!)
                {
                    throw new InvalidOperationException(answer);
                }

                times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            }

            return times;
        }));
        return [.. all.SelectMany(times => times)];
    }
}
