using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Storage;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// What the validation of a key costs one functions process, over HTTP and with the client in another process:
/// <c>dotnet run -c Release --project tests/Benchmarks -- validations 1 16 64</c>.
/// </summary>
internal static partial class ValidationFigures
{
    private const int Keys = 500;
    private const int Seconds = 8;

    private static readonly byte[] Fixed =
        """{"authorized":true,"application":"application-1","plan":"basic","cache_seconds":10}"""u8.ToArray();

    /// <param name="connections">That ask at a time, each number measured in turn.</param>
    public static async Task<int> RunAsync(IReadOnlyList<int> connections)
    {
        await using var azurite = await Azurite.StartAsync();
        var file = Path.GetTempFileName();
        await using (var app = await FunctionsUnderLoad.StartAsync(azurite.ConnectionString))
        {
            await app.OpenAsync();
            var token = await app.DoAsync("POST", "/api/access-tokens", """{"name":"relay","scopes":["relay"]}""");
            await File.WriteAllLinesAsync(file, [(string)token["token"]!, .. await app.SellAsync(0, Keys)]);
        }

        Console.WriteLine($"store                          connections  {Cost.Heading}");
        await MeasureFunctionsAsync(azurite.ConnectionString, file);
        foreach (var many in connections)
        {
            await MeasureServerAsync(file, many);
        }

        foreach (var many in connections)
        {
            await MeasureAsync("in memory, in this process", azurite.ConnectionString, file, many, services =>
                services.AddSingleton(new TableServiceClient(azurite.ConnectionString, InMemory())));
        }

        await using (var store = Child("store", azurite.Endpoint.AbsoluteUri))
        {
            var address = (await store.LineAsync(StoreAddress())).Groups[1].Value;
            var near = azurite.ConnectionString.Replace(
                azurite.Endpoint.GetLeftPart(UriPartial.Authority),
                address,
                StringComparison.Ordinal);
            foreach (var many in connections)
            {
                await MeasureAsync("in memory, behind sockets", near, file, many);
            }
        }

        foreach (var many in connections)
        {
            await MeasureAsync("Azurite", azurite.ConnectionString, file, many);
        }

        File.Delete(file);
        return 0;
    }

    private static TableClientOptions InMemory()
    {
        var options = StorageServices.ClientOptions();
        options.Transport = new CachingTransport();
        return options;
    }

    private static async Task MeasureAsync(
        string store,
        string connectionString,
        string file,
        int connections,
        Action<IServiceCollection>? services = null)
    {
        await using var app = await FunctionsUnderLoad.StartAsync(connectionString, services);
        await LoadAsync(store, app.Url, file, connections);
    }

    // What the functions alone cost, without any server: one asks after the other, and the store has the answer at hand.
    private static async Task MeasureFunctionsAsync(string connectionString, string file)
    {
        var lines = await File.ReadAllLinesAsync(file);
        byte[][] questions = [.. lines.Skip(1).Select(Load.Question)];
        using var server = new NoServer();
        await using var app = await FunctionsUnderLoad.StartAsync(connectionString, services => services
            .AddSingleton<IServer>(server)
            .AddSingleton(new TableServiceClient(connectionString, InMemory())));
        await AskAsync(seconds: 4);
        var cost = new Cost();
        var times = await AskAsync(Seconds);
        Console.WriteLine($"{"in memory, without a server",-30} {1,11}  {cost.Over(times.Count, Seconds, times[times.Count / 2], times[times.Count * 99 / 100])}");

        async Task<List<double>> AskAsync(int seconds)
        {
            var times = new List<double>();
            for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds;)
            {
                var begun = Stopwatch.GetTimestamp();
                var answer = await server.AskAsync(Load.Path, lines[0], questions[times.Count % questions.Length]);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
                if (!answer.Span.StartsWith("""{"authorized":true"""u8))
                {
                    throw new InvalidOperationException(Encoding.UTF8.GetString(answer.Span));
                }
            }

            times.Sort();
            return times;
        }
    }

    // What the server alone costs, without any function: it reads the question and sends a fixed answer. The rest is ours.
    private static async Task MeasureServerAsync(string file, int connections)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.BodyWriter.WriteAsync(Fixed);
        });
        await app.StartAsync();
        await LoadAsync("none: the server alone", app.Urls.Single(), file, connections);
    }

    private static async Task LoadAsync(string store, string url, string file, int connections)
    {
        await using var load = Child("load", url, file, $"{connections}", $"{Seconds}");
        await load.LineAsync(Begin(), TimeSpan.FromMinutes(2));
        var cost = new Cost();
        await load.WriteLineAsync("go");
        var result = await load.LineAsync(Result(), TimeSpan.FromMinutes(1));
        var spent = cost.Over(int.Parse(result.Groups[1].Value, CultureInfo.InvariantCulture), Number(2), Number(3), Number(4));
        Console.WriteLine($"{store,-30} {connections,11}  {spent}");

        double Number(int group) => double.Parse(result.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private static ChildProcess Child(params string[] arguments) =>
        ChildProcess.Start("dotnet", [Assembly.GetExecutingAssembly().Location, .. arguments]);

    [GeneratedRegex(@"^store=(http://\S+)$")]
    private static partial Regex StoreAddress();

    [GeneratedRegex("^begin$")]
    private static partial Regex Begin();

    [GeneratedRegex(@"^(\d+) ([\d.]+) (\d+) (\d+)$")]
    private static partial Regex Result();
}
