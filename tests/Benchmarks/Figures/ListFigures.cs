using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// How long lists take while there are more and more applications:
/// <c>dotnet run -c Release --project tests/Benchmarks -- lists</c>.
/// </summary>
internal static class ListFigures
{
    private const int Repetitions = 15;

    public static async Task<int> RunAsync()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var app = await FunctionsUnderLoad.StartAsync(azurite.ConnectionString);
        await app.OpenAsync();
        Console.WriteLine("median of 15, ms; parts of 20");
        Console.WriteLine("applications  of account, first  of account, last  of product, first  of product, last  one by id");
        var there = 0;
        foreach (var many in new[] { 100, 1_000, 10_000 })
        {
            await app.SellAsync(there, many);
            there = many;
            var account = "/api/accounts/crowd/applications?limit=20";
            var product = "/api/products/chat/applications?limit=20";
            double[] times =
            [
                await TimeAsync(app, account),
                await TimeAsync(app, await LastAsync(app, account)),
                await TimeAsync(app, product),
                await TimeAsync(app, await LastAsync(app, product)),
                await TimeAsync(app, $"/api/applications/app-{many / 2:D6}"),
            ];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{many,12} {times[0],18:F1} {times[1],17:F1} {times[2],18:F1} {times[3],17:F1} {times[4],10:F1}"));
        }

        return 0;
    }

    // A list is walked through from its beginning.
    private static async Task<string> LastAsync(FunctionsUnderLoad app, string list)
    {
        var last = list;
        for (var next = list; next.Length > 0;)
        {
            last = next;
            var token = (string?)(await app.DoAsync("GET", next.Replace("limit=20", "limit=100", StringComparison.Ordinal)))["next"];
            next = token is null ? "" : $"{list}&continue={token}";
        }

        return last;
    }

    private static async Task<double> TimeAsync(FunctionsUnderLoad app, string path)
    {
        var times = new List<double>();
        for (var i = 0; i < Repetitions; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            JsonNode answer = await app.DoAsync("GET", path);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (answer["items"] is JsonArray { Count: 0 })
            {
                throw new InvalidOperationException($"{path} is empty.");
            }
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
