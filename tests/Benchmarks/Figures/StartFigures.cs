using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// How large functions and relay are when published, and how long they take from their start until they are ready, with and
/// without code compiled ahead: <c>dotnet run -c Release --project tests/Benchmarks -- startup</c>.
/// </summary>
internal static partial class StartFigures
{
    private const string AdminToken = "the-token-of-the-admin-in-the-figures-0123456789";
    private const int Starts = 10;

    private static readonly HttpClient Http = new();

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("startup-").FullName;
        try
        {
            Console.WriteLine("published                MB   ms to ready: median of 10 (least, most)   ms of processor until then");
            foreach (var ahead in new[] { false, true })
            {
                var functions = await PublishAsync("functions", ahead, folder);
                var relay = await PublishAsync("relay", ahead, folder);
                await using var azurite = await Azurite.StartAsync();
                Print("functions", ahead, functions, await RepeatAsync(async () => (await StartFunctionsAsync(functions, azurite)).Process));

                var (asked, api) = await StartFunctionsAsync(functions, azurite);
                await using (asked)
                {
                    Print("relay", ahead, relay, await RepeatAsync(() => StartRelayAsync(relay, api)));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    // From a copy of its own, as the restore for a runtime would be in the way of the next build.
    private static async Task<string> PublishAsync(string project, bool ahead, string folder)
    {
        var output = Path.Combine(folder, $"{project}-{ahead}");
        await using var publish = ChildProcess.Start(
            "dotnet",
            [
                "publish", project, "-c", "Release", "--self-contained", "false", "--use-current-runtime", "--nologo", "-v", "quiet",
                $"-p:PublishReadyToRun={ahead}", "-p:DebugType=none", "-p:RunAnalyzers=false",
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", output,
            ]);
        return await publish.ExitAsync(TimeSpan.FromMinutes(15)) == 0
            ? output
            : throw new InvalidOperationException(string.Join('\n', publish.Output));
    }

    private static async Task<(ChildProcess Process, string Api)> StartFunctionsAsync(string folder, Azurite azurite)
    {
        var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(folder, "Serverless.Functions.dll")],
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Storage__ConnectionString"] = azurite.ConnectionString,
                ["Keys__Pepper"] = Convert.ToBase64String(new byte[32]),
                ["AdminToken"] = AdminToken,
            });
        var api = (await process.LineAsync(FunctionsListening())).Groups[1].Value;
        await ReadyAsync($"{api}/api/health");
        return (process, api);
    }

    private static async Task<ChildProcess> StartRelayAsync(string folder, string api)
    {
        var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(folder, "Serverless.Relay.dll")],
            new Dictionary<string, string?>
            {
                ["Relay__Management__Api"] = api,
                ["Relay__Management__Token"] = AdminToken,
                ["Relay__Listen__Address"] = "127.0.0.1",
                ["Relay__Listen__Port"] = "0",
                ["Relay__Listen__ManagementPort"] = "0",
            });
        await ReadyAsync($"{(await process.LineAsync(RelayListening())).Groups[1].Value}/ready");
        return process;
    }

    private static async Task ReadyAsync(string url)
    {
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            using var answer = await Http.GetAsync(new Uri(url));
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await between.WaitForNextTickAsync();
        }
    }

    // Processor time too, since others may be at work on the machine.
    private static async Task<List<(double Elapsed, double Processor)>> RepeatAsync(Func<Task<ChildProcess>> start)
    {
        var times = new List<(double, double)>();
        for (var i = 0; i < Starts; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await using var child = await start();
            var elapsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            using var process = Process.GetProcessById(child.Id);
            times.Add((elapsed, process.TotalProcessorTime.TotalMilliseconds));
        }

        return times;
    }

    private static void Print(string project, bool ahead, string folder, List<(double Elapsed, double Processor)> times)
    {
        var megabytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6;
        var name = project + (ahead ? ", ReadyToRun" : "");
        double[] elapsed = [.. times.Select(time => time.Elapsed).Order()];
        double[] processor = [.. times.Select(time => time.Processor).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-22} {megabytes,6:F1} {Median(elapsed),13:F0} ({elapsed[0]:F0}, {elapsed[^1]:F0}) {Median(processor),28:F0}"));
    }

    private static double Median(double[] sorted) => (sorted[(Starts / 2) - 1] + sorted[Starts / 2]) / 2;

    [GeneratedRegex(@"Now listening on: (http://[^:]+:\d+)")]
    private static partial Regex FunctionsListening();

    [GeneratedRegex(@"Management listening on (http://[^:]+:\d+)")]
    private static partial Regex RelayListening();
}
