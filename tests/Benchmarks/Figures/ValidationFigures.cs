using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Storage;
using Serverless.Tests.Common;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// What the validation of a key costs one functions process, over HTTP and with the client in another process:
/// <c>dotnet run -c Release --project tests/Benchmarks -- validations</c>.
/// </summary>
internal static partial class ValidationFigures
{
    private const int Keys = 500;
    private const int Seconds = 8;

    private static readonly byte[] Fixed =
        """{"authorized":true,"application":"application-1","plan":"basic","cache_seconds":10}"""u8.ToArray();

    public static async Task<int> RunAsync()
    {
        await using var azurite = await Azurite.StartAsync();
        var file = Path.GetTempFileName();
        await using (var app = await FunctionsUnderLoad.StartAsync(azurite.ConnectionString))
        {
            await app.OpenAsync();
            var token = await app.DoAsync("POST", "/api/access-tokens", """{"name":"relay","scopes":["relay"]}""");
            await File.WriteAllLinesAsync(file, [(string)token["token"]!, .. await app.SellAsync(0, Keys)]);
        }

        Console.WriteLine("store                          connections  validations/s  p50 µs  p99 µs  CPU µs each");
        foreach (var connections in new[] { 1, 16, 64 })
        {
            await MeasureServerAsync(file, connections);
        }

        foreach (var connections in new[] { 1, 16, 64 })
        {
            await MeasureAsync("in memory, in this process", azurite.ConnectionString, file, connections, services =>
                services.AddSingleton(new TableServiceClient(azurite.ConnectionString, InMemory())));
        }

        await using (var store = Child("store", azurite.Endpoint.AbsoluteUri))
        {
            var address = (await store.LineAsync(StoreAddress())).Groups[1].Value;
            var near = azurite.ConnectionString.Replace(
                azurite.Endpoint.GetLeftPart(UriPartial.Authority),
                address,
                StringComparison.Ordinal);
            foreach (var connections in new[] { 1, 16, 64 })
            {
                await MeasureAsync("in memory, behind sockets", near, file, connections);
            }
        }

        foreach (var connections in new[] { 1, 16, 64 })
        {
            await MeasureAsync("Azurite", azurite.ConnectionString, file, connections);
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
        await MeasureAsync(store, app.Url, file, connections);
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
        await MeasureAsync("none: the server alone", app.Urls.Single(), file, connections);
    }

    private static async Task MeasureAsync(string store, string url, string file, int connections)
    {
        await using var load = Child("load", url, file, $"{connections}", $"{Seconds}");
        await load.LineAsync(Begin(), TimeSpan.FromMinutes(2));
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await load.WriteLineAsync("go");
        var result = await load.LineAsync(Result(), TimeSpan.FromMinutes(1));
        var spent = Process.GetCurrentProcess().TotalProcessorTime - before;

        var validations = int.Parse(result.Groups[1].Value, CultureInfo.InvariantCulture);
        var seconds = double.Parse(result.Groups[2].Value, CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{store,-30} {connections,11} {validations / seconds,14:F0} {result.Groups[3].Value,7} {result.Groups[4].Value,7} {spent.TotalMicroseconds / validations,12:F0}"));
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
